using Driftlock.Api.Audit;
using Driftlock.Cbad.Events;
using Driftlock.Storage.Model;

namespace Driftlock.Tests.Fuzz.Regressions;

/// <summary>U+0000 in a filter of the audit log went into the query, which Postgres refuses: 500 instead of 400. In a stream id it counted for nothing.</summary>
public sealed class ListFilterTests
{
    [Theory]
    [InlineData("a\0b", null, "action: ")]
    [InlineData(null, "\0", "target: ")]
    public void U0000_in_a_filter_of_the_audit_log_is_named(string? action, string? target, string field)
    {
        var query = Enumerable.Empty<AuditEntry>().AsQueryable();
        Assert.False(new AuditFilter(null, null, action, target).TryApply(ref query, out _, out var problem));
        Assert.Equal(400, problem.StatusCode);
        Assert.StartsWith(field, problem.ProblemDetails.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void U0000_at_the_end_of_a_stream_id_is_no_digit() => Assert.False(StreamId.TryParse("00000000000000\0\0", out _));
}

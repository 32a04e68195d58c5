using Microsoft.EntityFrameworkCore;
using Npgsql.EntityFrameworkCore.PostgreSQL.Infrastructure;

namespace Driftlock.Storage.Connections;

/// <summary>
/// What is tried again by itself: only what Npgsql calls transient (a broken line, a deadlock, a serialization failure, a server that is
/// starting), and only as long as a caller would wait. A statement that was too slow or wrong is not: it would be so again.
/// </summary>
public static class TransientRetries
{
    public const int AtMost = 3;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    public static DbContextOptionsBuilder UseTransientRetries(this DbContextOptionsBuilder options) =>
        options.UseNpgsql((NpgsqlDbContextOptionsBuilder npgsql) => npgsql.EnableRetryOnFailure(AtMost, LongestPause, errorCodesToAdd: null));
}

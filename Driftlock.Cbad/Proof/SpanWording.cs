using System.Globalization;
using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>Spans as text, and the sentences that say what is odd about them.</summary>
internal static class SpanWording
{
    private const int DeepestIndent = 12;
    private const double LowShare = 0.05;
    private const double HighShare = 0.95;

    /// <summary>"frontend GET /cart 532 ms, own 12 ms, failed, called by ..., calls ...": a trace says who called by indentation.</summary>
    public static string Line(SpanNames names, SpanRow row, bool isTrace) => Line(names, row, isTrace, out _);

    public static string Line(SpanNames names, SpanRow row, bool isTrace, out List<TokenBits> tokens)
    {
        var text = new StringBuilder();
        var found = new List<TokenBits>();
        if (isTrace) text.Append(' ', 2 * Math.Min(row.Depth, DeepestIndent)).Append(names.Of(row.Facts.Operation)).Append(' ');
        Add(Duration(row.Facts.Duration), row.Score.Duration);
        text.Append(", own ");
        Add(Duration(row.SelfTime), row.Score.SelfSlowness);
        text.Append(", ");
        Add(row.Facts.Status == SpanFacts.Error ? "failed" : "ended well", row.Score.Form);
        text.Append(", called by ");
        Add(names.Of(row.Caller), row.Score.Parent);
        if (row.Callees.Length > 0)
        {
            text.Append(", calls ");
            Add(string.Join(", ", row.Calls.Select(call => call.Calls == 1 ? names.Of(call.Callee) : $"{names.Of(call.Callee)} {Times(call.Calls)}")), row.Score.Children + row.Score.Counts);
        }
        tokens = found;
        return text.ToString();

        void Add(string part, int bits)
        {
            if (bits >= FixedLog.One) found.Add(new TokenBits(text.Length, part.Length, ScoredWindow.ToBits(bits)));
            text.Append(part);
        }
    }

    /// <summary>What would have been usual where the span's bits are.</summary>
    public static IReadOnlyList<ExpectedInstead> Expected(SpanNames names, SpanModel model, SpanRow row)
    {
        var expected = new List<ExpectedInstead> { new($"{Band(model.SelfTimes)} of its own", HighShare - LowShare) };
        if (row.Facts.Status == SpanFacts.Error) expected.Add(new ExpectedInstead("no error", 1 - model.ShareOfStatus(SpanFacts.Error)));
        if (OddestCalls(model, row) is { } odd) expected.Add(new ExpectedInstead($"{names.Of(odd.Callee)} called {Times(odd.Usual)}", odd.Share));
        return expected;
    }

    public static string WhyWindow(SpanNames names, SpanModel? model, List<SpanRow> rows, int costliest, string deciding, double pValue)
    {
        var row = rows[costliest];
        var name = names.Of(row.Facts.Operation);
        var slow = rows.Count(other => other.Score.Slowness > SpanScore.SlowTenth);
        var said = deciding switch
        {
            "errors" => $"{rows.Count(other => other.Score.IsError)} of {rows.Count} spans of {name} failed, where {Percent(model?.ShareOfStatus(SpanFacts.Error) ?? 0)} did before",
            "slow" => $"{slow} of {rows.Count} spans of {name} are slower than nine in ten before: the slowest took {Duration(row.Facts.Duration)}, where {Band(model?.Durations)} is usual",
            "slowest" => $"{name} took {Duration(row.Facts.Duration)} at {Time(row.Facts.Start)}, where {Band(model?.Durations)} is usual",
            "odd" => $"{rows.Count(other => other.Score.Odd > 0)} of {rows.Count} spans of {name} are not built as usual: {Structure(names, model, row)}",
            _ => Structure(names, model, row),
        };
        return $"{said} (p = {Wording.Short(pValue)}).";
    }

    public static string WhyTrace(SpanNames names, SpanModel? model, List<SpanRow> rows, int costliest, string traceId, double pValue)
    {
        var row = rows[costliest];
        var slow = row.Score.SelfSlowness >= row.Score.Structure - row.Score.Usual;
        var said = slow
            ? $"{names.Of(row.Facts.Operation)} worked {Duration(row.SelfTime)} itself at {Time(row.Facts.Start)}, where {Band(model?.SelfTimes)} is usual"
            : Structure(names, model, row);
        return $"{said}; in trace {traceId}, which began with {names.Of(rows.Find(other => other.Depth == 0)!.Facts.Operation)} (p = {Wording.Short(pValue)}).";
    }

    private static string Structure(SpanNames names, SpanModel? model, SpanRow row)
    {
        var name = names.Of(row.Facts.Operation);
        var score = row.Score;
        if (model is not { Spans: > 0 }) return $"{name} was never seen before";
        if (score.Parent >= Math.Max(score.Form, score.Children + score.Counts)) return $"{name} was called by {names.Of(row.Caller)}, as it hardly ever was";
        if (score.Form >= score.Children + score.Counts)
        {
            return row.Facts.Status == SpanFacts.Error
                ? $"{name} failed, as {Percent(model.ShareOfStatus(SpanFacts.Error))} of its spans did before"
                : $"{name} came with a kind or with attributes that it hardly ever has";
        }
        return OddestCalls(model, row) is { } odd
            ? $"{name} called {names.Of(odd.Callee)} {Times(odd.Calls)}, where {Times(odd.Usual)} is usual ({Percent(odd.Share)})"
            : $"{name} called others in an order that it hardly ever does";
    }

    /// <summary>The callee whose number of calls costs most, with what is usual; null where nothing costs.</summary>
    private static (ulong Callee, int Calls, int Usual, double Share)? OddestCalls(SpanModel model, SpanRow row)
    {
        (ulong Callee, int Calls, int Cost) oddest = (0, 0, 0);
        foreach (var (callee, calls) in row.Calls)
        {
            var cost = model.CostOfCalls(callee, calls);
            if (cost > oddest.Cost) oddest = (callee, calls, cost);
        }
        foreach (var callee in model.KnownCallees)
        {
            if (row.Callees.Contains(callee)) continue;
            var cost = model.CostOfCalls(callee, 0);
            if (cost > oddest.Cost) oddest = (callee, 0, cost);
        }
        if (oddest.Cost < FixedLog.One) return null;
        var (usual, share) = model.UsualCalls(oddest.Callee);
        return usual == oddest.Calls ? null : (oddest.Callee, oddest.Calls, usual, share);
    }

    private static string Band(DurationModel? model) => model is { Count: > 0 }
        ? $"{Duration(DurationModel.Nanoseconds(model.BinAt(LowShare)))} to {Duration(DurationModel.Nanoseconds(model.BinAt(HighShare)))}" : "nothing yet";

    private static string Times(int count) => count switch { 0 => "never", 1 => "once", 2 => "twice", _ => string.Create(CultureInfo.InvariantCulture, $"{count} times") };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");

    private static string Duration(ulong nanoseconds) => nanoseconds switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:G3} us"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:G3} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.##} s"),
    };

    private static string Time(ulong unixNano) => SeriesWording.Time(unixNano);
}

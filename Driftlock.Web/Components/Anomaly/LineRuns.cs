using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Components.Anomaly;

/// <param name="Lines">Consecutive lines.</param>
/// <param name="Folded">Whether they are shown only when asked for.</param>
public sealed record LineRun(IReadOnlyList<ExplainedLine> Lines, bool Folded);

/// <summary>Folds what is quiet in a window too long to be read at once, so that the costly lines stay in sight with their surroundings.</summary>
public static class LineRuns
{
    /// <summary>Windows up to this long are shown whole.</summary>
    public const int ShownWhole = 60;

    private const int Around = 4;
    private const int ShortestFold = 6;

    public static IReadOnlyList<LineRun> Of(Explanation explanation)
    {
        var lines = explanation.Lines;
        if (lines.Count <= ShownWhole)
            return [new LineRun(lines, false)];

        var near = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (!explanation.Costliest.Contains(i) && !lines[i].IsNew)
                continue;
            for (var j = Math.Max(0, i - Around); j <= Math.Min(lines.Count - 1, i + Around); j++)
                near[j] = true;
        }

        var runs = new List<LineRun>();
        for (var start = 0; start < lines.Count;)
        {
            var end = start;
            while (end < lines.Count && near[end] == near[start])
                end++;
            runs.Add(new LineRun([.. lines.Skip(start).Take(end - start)], !near[start] && end - start >= ShortestFold));
            start = end;
        }

        return runs;
    }
}

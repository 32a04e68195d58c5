namespace Driftlock.Cli.Eval;

/// <summary>A stream of log lines with one episode that does not belong there.</summary>
/// <param name="Log">The log that its lines are of.</param>
/// <param name="Kind">Of the episode, see <see cref="InjectedStreams"/>.</param>
/// <param name="K">Lines of the episode that are wrong, or missing, in 50.</param>
/// <param name="First">0-based index of the episode's first line.</param>
/// <param name="End">One after its last.</param>
internal sealed record InjectedStream(string Log, string Kind, int K, byte[][] Lines, int First, int End)
{
    public bool IsHitBy(JudgedWindow window) => window.First < End && window.End > First;
}

/// <summary>What the engine said of one window that it judged.</summary>
/// <param name="Stream">Index of its stream.</param>
/// <param name="First">0-based index of its first line.</param>
/// <param name="End">One after its last.</param>
internal readonly record struct JudgedWindow(int Stream, long First, long End, Cbad.VerdictKind Kind, double PValue);

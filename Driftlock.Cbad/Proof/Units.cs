namespace Driftlock.Cbad.Proof;

/// <summary>What was judged, as an explanation names it.</summary>
internal static class Units
{
    public const string Window = EvidenceSpans.Window;
    public const string Trace = EvidenceSpans.Trace;
    public const string Session = "session";
    public const string Drift = "drift";
    public const string Silence = "silence";
    public const string Resource = "resource";
}

namespace Driftlock.Cli.Generate;

internal enum AnomalyKind
{
    None,
    Spike,
    Noise,
    Pattern,
    Corruption,
    Drift,
    Silence,
}

/// <summary>
/// Where the anomaly lies: three quarters through, one twentieth of the events long (at least 60 where there are as many), in the
/// payment service only. What comes before is normal and long enough to learn from when 10,000 events are asked for.
/// </summary>
internal sealed record AnomalyPlan(AnomalyKind Kind, int Count)
{
    public const string Service = "payment";

    public int First => Count * 3 / 4;

    public int End => Math.Min(Count, First + Math.Max(Count / 20, 60));

    public bool Covers(int item, string service) => Kind != AnomalyKind.None && item >= First && item < End && service == Service;

    /// <summary>0 at the start of the anomaly, 1 at its end.</summary>
    public double Progress(int item) => (item - First) / (double)Math.Max(1, End - First);

    public static string Describe(AnomalyKind kind) => kind switch
    {
        AnomalyKind.Spike => "the payment provider answers many times as often, slowly and with errors",
        AnomalyKind.Noise => "values of the payment service turn random",
        AnomalyKind.Pattern => "the payment provider starts to answer with a failure that was never seen before",
        AnomalyKind.Corruption => "what the payment service writes is damaged",
        AnomalyKind.Drift => "the payment service changes step by step",
        AnomalyKind.Silence => "the payment service falls silent",
        _ => "none",
    };
}

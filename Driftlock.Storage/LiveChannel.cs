namespace Driftlock.Storage;

/// <summary>Where detectors say that anomalies were committed. The message carries nothing: the truth is in the store.</summary>
public static class LiveChannel
{
    public const string Name = "driftlock:anomalies";
}

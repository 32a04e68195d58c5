namespace Driftlock.Web.ApiClient;

/// <summary>What the live feed has to tell: an anomaly, or the state of the connection.</summary>
public abstract record LiveUpdate
{
    private LiveUpdate()
    {
    }

    /// <summary>The Api answers; everything since the last anomaly seen follows.</summary>
    public sealed record Connected : LiveUpdate;

    /// <param name="Anomaly">As lists carry it.</param>
    public sealed record Arrived(AnomalySummary Anomaly) : LiveUpdate;

    /// <param name="Problem">Why the connection is gone.</param>
    /// <param name="RetryIn">When it is tried again.</param>
    public sealed record Lost(ApiProblem Problem, TimeSpan RetryIn) : LiveUpdate;

    /// <summary>The Api refuses this key: trying again cannot help. Nothing follows.</summary>
    public sealed record Refused(ApiProblem Problem) : LiveUpdate;
}

using Driftlock.Web.ApiClient;

namespace Driftlock.Web.Components.Playground;

/// <summary>What is known of a file that is being judged, or was.</summary>
public sealed class JudgedFile
{
    /// <summary>The Api tells no more.</summary>
    public const int MostAnomalies = 200;

    private readonly List<PlaygroundAnomaly> _anomalies = [];

    public PlaygroundProgress? Progress { get; private set; }

    public IReadOnlyList<PlaygroundAnomaly> Anomalies => _anomalies;

    /// <summary>Set when all of it was judged.</summary>
    public PlaygroundSummary? Summary { get; private set; }

    /// <summary>Set when it could not be.</summary>
    public PlaygroundProblem? Problem { get; private set; }

    public void Add(PlaygroundLine line)
    {
        Progress = line.Progress ?? Progress;
        Summary = line.Summary ?? Summary;
        Problem = line.Problem ?? Problem;
        if (line.Anomaly is { } anomaly && _anomalies.Count < MostAnomalies)
            _anomalies.Add(anomaly);
    }

    public void Fail(PlaygroundProblem problem) => Problem = problem;

    /// <summary>What this one has and <paramref name="other"/> does not: the same events of the same stream are the same alarm.</summary>
    public IReadOnlyList<PlaygroundAnomaly> Without(JudgedFile other)
    {
        var known = other._anomalies.Select(Identity).ToHashSet();
        return [.. _anomalies.Where(anomaly => !known.Contains(Identity(anomaly)))];
    }

    private static (string, string, string?, long, long) Identity(PlaygroundAnomaly anomaly) =>
        (anomaly.Service, anomaly.Stream, anomaly.Unit, anomaly.FirstEvent, anomaly.LastEvent);
}

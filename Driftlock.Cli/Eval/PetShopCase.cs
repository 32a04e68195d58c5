using System.Text.Json;
using Driftlock.Cbad.Origins;

namespace Driftlock.Cli.Eval;

/// <summary>One injected issue of PetShop's layout with its true cause: what the engine is given, and what it should answer.</summary>
internal sealed record PetShopCase(
    SymptomKind Kind, string[] Nodes, List<(int Caller, int Callee)> Calls, NodeMeasurements?[] Measurements, int Symptom, int Cause)
{
    /// <summary>Every issue below <paramref name="directory"/>, by path; each scenario is a directory with graph.csv[.gz] and noissue/metrics.csv[.gz].</summary>
    /// <exception cref="InputException">No such directory, or a file is missing or not of this layout.</exception>
    public static List<PetShopCase> ReadAll(string directory)
    {
        if (!Directory.Exists(directory)) throw new InputException($"{directory}: no such directory");
        var cases = new List<PetShopCase>();
        foreach (var graph in Directory.EnumerateFiles(directory, "graph.csv*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var scenario = Path.GetDirectoryName(graph)!;
            var (nodes, calls) = PetShopTable.ReadGraph(graph);
            var normal = new PetShopTable(MetricsOf(Path.Combine(scenario, "noissue")));
            foreach (var target in Directory.EnumerateFiles(scenario, "target.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                cases.Add(Read(target, nodes, calls, normal));
        }
        return cases.Count > 0 ? cases : throw new InputException($"{directory}: no graph.csv[.gz] with issues (target.json) below it");
    }

    private static PetShopCase Read(string path, string[] nodes, List<(int Caller, int Callee)> calls, PetShopTable normal)
    {
        string symptom, metric, cause;
        double time;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var target = json.RootElement.GetProperty("target");
            (symptom, metric) = (target.GetProperty("node").GetString()!, target.GetProperty("metric").GetString()!);
            time = target.GetProperty("timestamp").GetDouble();
            cause = json.RootElement.GetProperty("root_cause").GetProperty("node").GetString()!;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputException($"{path}: target.node, .metric, .timestamp and root_cause.node are expected: {failure.Message}");
        }
        if (metric is not ("latency" or "availability")) throw new InputException($"{path}: metric '{metric}'; latency or availability is expected");
        var incident = new PetShopTable(MetricsOf(Path.GetDirectoryName(path)!));
        var from = Array.FindIndex(incident.Times, at => at >= time);
        // A symptom noticed in the last interval of the file.
        if (from < 0) from = incident.Times.Length - 1;
        var measurements = nodes.Select(node => Measure(node, metric, normal, incident, from)).ToArray();
        return new PetShopCase(metric == "latency" ? SymptomKind.Latency : SymptomKind.Availability, nodes, calls, measurements,
            IndexOf(path, nodes, symptom), IndexOf(path, nodes, cause));
    }

    private static NodeMeasurements? Measure(string node, string metric, PetShopTable normal, PetShopTable incident, int from)
    {
        var (usualRequests, usual) = (normal.Column(node, "requests", "Sum"), normal.Column(node, metric, "Average"));
        var (requests, values) = (incident.Column(node, "requests", "Sum"), incident.Column(node, metric, "Average"));
        if (usualRequests is null || usual is null || requests is null || values is null) return null;
        return new NodeMeasurements
        {
            BaselineRequests = usualRequests, BaselineValues = usual, IncidentRequests = requests[from..], IncidentValues = values[from..],
        };
    }

    private static int IndexOf(string path, string[] nodes, string node)
    {
        var index = Array.IndexOf(nodes, node);
        return index >= 0 ? index : throw new InputException($"{path}: node '{node}' is not in the call graph");
    }

    private static string MetricsOf(string directory)
    {
        foreach (var name in new[] { "metrics.csv", "metrics.csv.gz" })
            if (File.Exists(Path.Combine(directory, name))) return Path.Combine(directory, name);
        throw new InputException($"{directory}: no metrics.csv or metrics.csv.gz");
    }
}

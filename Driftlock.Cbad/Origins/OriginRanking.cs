namespace Driftlock.Cbad.Origins;

/// <summary>
/// Where did it start? Of all nodes that a symptom depends on, the origin is the one whose trouble its callees do not account for.
/// <code>
/// self share(n) = excess(n) - sum over callees c of max(0, excess(c)) x part(n, c)
/// score(n)      = max(0, self share(n)) x bits(n)
/// </code>
/// A callee's excess is divided among its callers by their own excess (part), because a shared callee makes each of them wait only for
/// its own calls. Calls that run side by side account for more than their caller's excess; it is then clamped to 0. A callee that
/// normal operation does not call is an effect of its caller, so its trouble stays with the caller.
/// </summary>
public static class OriginRanking
{
    public const int MaxNodes = 4096;
    public const int MaxCalls = 65_536;
    public const int MaxIntervals = 16_384;

    /// <summary>All nodes that can be judged, the likeliest origin first; equal scores in the order of the nodes.</summary>
    /// <param name="nodes">At most <see cref="MaxNodes"/>; null where nothing was measured.</param>
    /// <param name="calls">At most <see cref="MaxCalls"/>; cycles are allowed.</param>
    /// <param name="symptom">Index of the node at which the trouble was noticed.</param>
    /// <exception cref="ArgumentException">Beyond a bound, an index of no node, or lists of unequal length.</exception>
    public static IReadOnlyList<RankedOrigin> Rank(
        IReadOnlyList<NodeMeasurements?> nodes, IReadOnlyList<(int Caller, int Callee)> calls, int symptom, SymptomKind kind)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(calls);
        Check(nodes, calls, symptom);
        var reached = Reached(nodes.Count, calls, symptom);
        var excess = new NodeExcess?[nodes.Count];
        for (var n = 0; n < nodes.Count; n++)
            if (reached[n] && nodes[n] is { } measured) excess[n] = NodeExcess.Of(measured, kind);
        var self = SelfShares(excess, calls);
        var ranked = new List<RankedOrigin>();
        for (var n = 0; n < nodes.Count; n++)
            if (excess[n] is { } own) ranked.Add(new RankedOrigin(n, Math.Max(0, self[n]) * own.Bits, own.Excess, self[n], own.Bits));
        ranked.Sort((a, b) => b.Score != a.Score ? b.Score.CompareTo(a.Score) : a.Node.CompareTo(b.Node));
        return ranked;
    }

    private static double[] SelfShares(NodeExcess?[] excess, IReadOnlyList<(int Caller, int Callee)> calls)
    {
        var self = new double[excess.Length];
        var callers = new double[excess.Length];
        for (var n = 0; n < self.Length; n++) self[n] = excess[n]?.Excess ?? 0;
        foreach (var (caller, callee) in calls)
            if (caller != callee) callers[callee] += Positive(excess[caller]);
        foreach (var (caller, callee) in calls)
        {
            if (caller == callee || callers[callee] <= 0) continue;
            self[caller] -= Positive(excess[callee]) * (Positive(excess[caller]) / callers[callee]);
        }
        return self;
    }

    private static double Positive(NodeExcess? excess) => Math.Max(0, excess?.Excess ?? 0);

    private static bool[] Reached(int nodes, IReadOnlyList<(int Caller, int Callee)> calls, int symptom)
    {
        var callees = new List<int>?[nodes];
        foreach (var (caller, callee) in calls) (callees[caller] ??= []).Add(callee);
        var reached = new bool[nodes];
        var open = new Stack<int>([symptom]);
        reached[symptom] = true;
        while (open.TryPop(out var node))
        {
            foreach (var callee in callees[node] ?? [])
            {
                if (reached[callee]) continue;
                reached[callee] = true;
                open.Push(callee);
            }
        }
        return reached;
    }

    private static void Check(IReadOnlyList<NodeMeasurements?> nodes, IReadOnlyList<(int Caller, int Callee)> calls, int symptom)
    {
        if (nodes.Count is 0 or > MaxNodes) throw new ArgumentException($"{nodes.Count} nodes; 1 to {MaxNodes} can be ranked", nameof(nodes));
        if (calls.Count > MaxCalls) throw new ArgumentException($"{calls.Count} calls; at most {MaxCalls}", nameof(calls));
        if (symptom < 0 || symptom >= nodes.Count) throw new ArgumentException($"there is no node {symptom}", nameof(symptom));
        foreach (var (caller, callee) in calls)
            if (Math.Min(caller, callee) < 0 || Math.Max(caller, callee) >= nodes.Count) throw new ArgumentException($"call {caller} -> {callee}: no such node", nameof(calls));
        foreach (var node in nodes)
        {
            if (node is null) continue;
            if (node.BaselineRequests.Count != node.BaselineValues.Count || node.IncidentRequests.Count != node.IncidentValues.Count)
                throw new ArgumentException("requests and values must be given for the same intervals", nameof(nodes));
            if (Math.Max(node.BaselineValues.Count, node.IncidentValues.Count) > MaxIntervals)
                throw new ArgumentException($"at most {MaxIntervals} intervals a node", nameof(nodes));
        }
    }
}

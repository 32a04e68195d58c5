namespace Driftlock.Web.ApiClient;

/// <summary>A line of the answer of <c>POST /api/v1/playground</c>: exactly one of them is set.</summary>
public sealed record PlaygroundLine
{
    public PlaygroundProgress? Progress { get; init; }
    public PlaygroundAnomaly? Anomaly { get; init; }
    public PlaygroundSummary? Summary { get; init; }
    public PlaygroundProblem? Problem { get; init; }
}

/// <summary>What became of a file that was sent as telemetry (<c>POST /api/v1/events/file</c>).</summary>
public sealed record KeptFile(long Accepted, long Rejected);

/// <param name="Bytes">Read so far, unpacked.</param>
public sealed record PlaygroundProgress(long Bytes, long TotalBytes, long Events, long Windows, long Anomalies);

/// <summary>What <c>driftlock scan --json</c> says of an anomaly, with the lines of its window.</summary>
public sealed record PlaygroundAnomaly
{
    public string Service { get; init; } = "";
    public string Stream { get; init; } = "";
    public string? Unit { get; init; }
    public long FirstEvent { get; init; }
    public long LastEvent { get; init; }
    public double PValue { get; init; }
    public double ExcessBits { get; init; }
    public string Severity { get; init; } = "";
    public string Why { get; init; } = "";

    /// <summary>At most 200.</summary>
    public IReadOnlyList<PlaygroundText> Lines { get; init; } = [];
}

public sealed record PlaygroundText
{
    public long Event { get; init; }
    public double Bits { get; init; }
    public double? ExpectedBits { get; init; }
    public string Text { get; init; } = "";
    public bool IsNew { get; init; }

    /// <summary>Among the costliest of the window.</summary>
    public bool Costly { get; init; }

    public IReadOnlyList<CostlyToken> Tokens { get; init; } = [];
}

public sealed record PlaygroundSummary
{
    public long Events { get; init; }
    public long Windows { get; init; }
    public long Anomalies { get; init; }
    public double Seconds { get; init; }

    /// <summary>Until the first stream is judged; 0 when one is.</summary>
    public long EventsNeeded { get; init; }

    public int Streams { get; init; }
    public long CutLines { get; init; }
    public double FalseDiscoveryRate { get; init; }

    /// <summary>There are more anomalies than were told.</summary>
    public bool Truncated { get; init; }
}

public sealed record PlaygroundProblem(string Code, string Detail);

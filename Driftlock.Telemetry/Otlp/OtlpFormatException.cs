namespace Driftlock.Telemetry;

/// <summary>
/// A request that cannot be read: HTTP 400, INVALID_ARGUMENT, and not to be sent again (OTLP 1.11, "Bad Data"). The message says where,
/// what was found and what would be right; it holds no content of the request.
/// </summary>
public sealed class OtlpFormatException : Exception
{
    public OtlpFormatException(string problem, long offset, string? path = null, Exception? inner = null)
        : base(path is null ? $"byte {offset}: {problem}" : $"byte {offset}, {path}: {problem}", inner)
    {
        Problem = problem;
        Offset = offset;
        Path = path;
    }

    public string Problem { get; }

    /// <summary>0-based position in the (decompressed) body.</summary>
    public long Offset { get; }

    /// <summary>For example <c>resource_logs[0].scope_logs[2].log_records[17]</c>; null outside any.</summary>
    public string? Path { get; }
}

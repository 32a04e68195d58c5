namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Names as OpenTelemetry's specification maps them (Compatibility, Prometheus): base units and _total as suffixes.</summary>
internal static class PrometheusName
{
    public static string Of(string name, string? unit, bool isCounter)
    {
        var result = Sanitize(name);
        // A unit in braces, such as {item}, is a comment.
        var suffix = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" when !isCounter => "ratio",
            _ => null,
        };
        if (suffix is not null && !result.EndsWith(suffix, StringComparison.Ordinal)) result = $"{result}_{suffix}";
        return isCounter && !result.EndsWith("_total", StringComparison.Ordinal) ? $"{result}_total" : result;
    }

    public static string Sanitize(string name) => string.Create(name.Length, name, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] == ':' ? from[i] : '_';
    });

    public static string Escape(string? text) =>
        (text ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

using System.Text.Json;

namespace Driftlock.Cli.Generate;

/// <summary>One log record, data point or span, ready to be written into a request.</summary>
/// <param name="Service">service.name of its resource.</param>
/// <param name="Stream">Name of its stream: scope, series or span name.</param>
/// <param name="TimeUnixNano">When it happened.</param>
/// <param name="IsAnomalous">Part of the injected anomaly.</param>
/// <param name="Write">Writes the OTLP/JSON object.</param>
internal sealed record GeneratedItem(string Service, string Stream, ulong TimeUnixNano, bool IsAnomalous, Action<Utf8JsonWriter> Write);

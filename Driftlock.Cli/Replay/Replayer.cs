using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cli.Send;
using Driftlock.Telemetry;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Replay;

/// <summary>
/// Sends a file: text lines and plain JSON events as OTLP/HTTP protobuf, OTLP/JSON requests as they are. Nothing is redacted here; the
/// server does that, as for any sender.
/// </summary>
internal sealed class Replayer(OtlpSender sender, TimeProvider time, string service, double? eventsPerSecond, bool dropLabel)
{
    private const int LinesARequest = 1000;
    private const int BytesARequest = 1 << 20;

    private readonly TelemetryBatch _batch = new();
    private readonly OtlpLogWriter _writer = new();
    private readonly List<PlainEventError> _errors = [];
    private readonly StringBuilder _lines = new();
    private long _started;

    public long Sent { get; private set; }

    /// <summary>Events that could not be read here, and so were not sent.</summary>
    public long Unreadable { get; private set; }

    public string? FirstProblem { get; private set; }

    public event Action? Progress;

    public async Task RunAsync(TextReader input, CancellationToken cancellation)
    {
        _started = time.GetTimestamp();
        ReplayFormat? format = null;
        var (number, count) = (0, 0);
        while (await input.ReadLineAsync(cancellation) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            format ??= ReplayFile.FormatOf(line);
            if (format == ReplayFormat.OtlpJson)
            {
                await SendRequestAsync(line, number, cancellation);
                continue;
            }
            _lines.Append(dropLabel ? WithoutLabel(line) : line).Append('\n');
            if (++count < LinesARequest && _lines.Length < BytesARequest) continue;
            await SendLinesAsync(format.Value, cancellation);
            count = 0;
        }
        if (_lines.Length > 0) await SendLinesAsync(format ?? ReplayFormat.Text, cancellation);
    }

    /// <summary>The first column of a BGL log says what a person thought of the line; a detector may not see it.</summary>
    private static string WithoutLabel(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? line : line[(space + 1)..];
    }

    private long Now => (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    private async Task SendLinesAsync(ReplayFormat format, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes(_lines.ToString());
        _lines.Clear();
        if (format == ReplayFormat.PlainJson)
        {
            PlainEventReader.Read(bytes, Now, Redactor.None, _batch, _errors);
            Unreadable += _batch.Rejected;
            if (_errors.Count > 0) FirstProblem ??= _errors[0].Message;
        }
        else
        {
            var builder = new TextLogBuilder(_batch, service, "replay");
            builder.Begin(Now, Redactor.None);
            foreach (var range in bytes.AsSpan().TrimEnd((byte)'\n').Split((byte)'\n')) builder.Add(bytes.AsSpan(range));
        }
        _writer.Clear();
        foreach (var stream in _batch.Streams) _writer.Append(stream);
        var events = _batch.Accepted;
        if (events == 0) return;
        await sender.SendAsync(Signal.Logs, _writer.Request.ToArray(), "application/x-protobuf", cancellation);
        await CountAsync(events, cancellation);
    }

    private async Task SendRequestAsync(string line, int number, CancellationToken cancellation)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var signal = ExportRequest.SignalOf(bytes) ?? throw new InputException($"line {number}: not an OTLP/JSON export request like the lines before it");
        try
        {
            TelemetryReader.Read(signal, OtlpEncoding.Json, bytes, Now, Redactor.None, _batch);
        }
        catch (OtlpFormatException e)
        {
            throw new InputException($"line {number}: {e.Message}");
        }
        var items = _batch.Accepted + _batch.Rejected;
        await sender.SendAsync(signal, bytes, "application/json", cancellation);
        await CountAsync(items, cancellation);
    }

    private async Task CountAsync(long events, CancellationToken cancellation)
    {
        Sent += events;
        Progress?.Invoke();
        if (eventsPerSecond is not { } rate) return;
        var early = TimeSpan.FromSeconds(Sent / rate) - time.GetElapsedTime(_started);
        if (early > TimeSpan.Zero) await Task.Delay(early, time, cancellation);
    }
}

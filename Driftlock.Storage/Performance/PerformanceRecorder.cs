using Driftlock.Storage.Connections;
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Driftlock.Storage.Performance;

/// <summary>What a figure is about. Stored by value: never renumber.</summary>
public enum PerformanceKind : short
{
    Endpoint = 1,
    Stage = 2,
    Cache = 3,
}

/// <summary>
/// Writes what this process measures of itself to the store, where the figures of all replicas add up: requests by endpoint, stages of an
/// event's way, finds of the caches. Once a minute, into rows of five; what was measured since the last write is lost in a crash.
/// </summary>
public sealed partial class PerformanceRecorder : BackgroundService
{
    /// <summary>Endpoints, stages and cache areas are few; what comes beyond is called <see cref="Other"/>.</summary>
    public const int MostNames = 512;

    public const string Other = "other";

    private const int SpanSeconds = 300;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(PerformanceKind Kind, string Name, int Bucket), Sum> _sums = new();
    private readonly ConcurrentDictionary<string, bool> _names = new();
    private readonly MeterListener _listener = new();
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly ILogger<PerformanceRecorder> _logger;

    public PerformanceRecorder(NpgsqlDataSource dataSource, TimeProvider time, ILogger<PerformanceRecorder> logger)
    {
        (_dataSource, _time, _logger) = (dataSource, time, logger);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name is MeasuredInstruments.Requests or MeasuredInstruments.CacheLookups or StageTimes.Instrument) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument.Name, value, tags));
        _listener.Start();
    }

    public override void Dispose()
    {
        _listener.Dispose();
        base.Dispose();
    }

    /// <summary>Adds what was measured since the last call to the store; what could not be written is kept for the next.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var taken = new List<((PerformanceKind Kind, string Name, int Bucket) Key, Sum Sum)>();
        foreach (var key in _sums.Keys)
        {
            if (_sums.TryRemove(key, out var sum)) taken.Add((key, sum));
        }
        if (taken.Count == 0) return;
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        try
        {
            await using var command = _dataSource.CreateCommand(
                """
                INSERT INTO performance_figures (at, kind, name, bucket, count, errors, seconds)
                SELECT $1, f.kind, f.name, f.bucket, f.count, f.errors, f.seconds
                FROM unnest($2::smallint[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[], $7::float8[]) AS f(kind, name, bucket, count, errors, seconds)
                ORDER BY f.kind, f.name, f.bucket
                ON CONFLICT (at, kind, name, bucket) DO UPDATE SET count = performance_figures.count + excluded.count,
                  errors = performance_figures.errors + excluded.errors, seconds = performance_figures.seconds + excluded.seconds
                """);
            command.Parameters.Add(new() { Value = DateTimeOffset.FromUnixTimeSeconds(now - now % SpanSeconds).UtcDateTime });
            command.Parameters.Add(new() { Value = taken.Select(figure => (short)figure.Key.Kind).ToArray() });
            command.Parameters.Add(new() { Value = taken.Select(figure => figure.Key.Name).ToArray() });
            command.Parameters.Add(new() { Value = taken.Select(figure => (short)figure.Key.Bucket).ToArray() });
            command.Parameters.Add(new() { Value = taken.Select(figure => figure.Sum.Count).ToArray() });
            command.Parameters.Add(new() { Value = taken.Select(figure => figure.Sum.Errors).ToArray() });
            command.Parameters.Add(new() { Value = taken.Select(figure => figure.Sum.Seconds).ToArray() });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            foreach (var (key, sum) in taken) _sums.AddOrUpdate(key, sum, (_, newer) => newer.Plus(sum));
            NotWritten(e);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await FlushAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private void Record(string instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (kind, name, isError) = MeasuredInstruments.NameOf(instrument, tags);
        if (!_names.ContainsKey(name) && (_names.Count >= MostNames || !_names.TryAdd(name, true))) name = Other;
        var isDuration = kind != PerformanceKind.Cache;
        var sum = new Sum(isDuration ? 1 : (long)value, isError ? 1 : 0, isDuration ? value : 0);
        _sums.AddOrUpdate((kind, name, isDuration ? LatencyBuckets.Of(value) : 0), static (_, added) => added, static (_, known, added) => known.Plus(added), sum);
    }

    [LoggerMessage(EventId = 150, Level = LogLevel.Warning, Message = "Writing the service's own figures failed; trying again in a minute")]
    private partial void NotWritten(Exception exception);

    private sealed record Sum(long Count, long Errors, double Seconds)
    {
        public Sum Plus(Sum other) => new(Count + other.Count, Errors + other.Errors, Seconds + other.Seconds);
    }
}

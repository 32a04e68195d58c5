using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Settings;

/// <summary>
/// What one tenant has configured: its engine configuration, what differs for single streams, and when nothing is told. A change is an
/// entry in the event log, effective from its offset.
/// </summary>
public sealed class TenantSettings
{
    public const int MostStreams = 1_000;
    public const int MostMaintenance = 100;

    private Dictionary<ulong, (StreamSettings Settings, EngineConfiguration Configuration)> _streams = [];

    // Generated readers give null for keys that are absent.
    public EngineConfiguration Configuration
    {
        get;
        init => field = value ?? new();
    }
    = new();

    /// <summary>At most 1,000, a stream at most once.</summary>
    public IReadOnlyList<StreamSettings> Streams
    {
        get;
        init => field = value ?? [];
    }
    = [];

    /// <summary>At most 100.</summary>
    public IReadOnlyList<Maintenance> Maintenance
    {
        get;
        init => field = value ?? [];
    }
    = [];

    /// <summary>Canonical JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CbadJson.Default.TenantSettings);

    /// <exception cref="FormatException">Not JSON, an unknown key, or a value out of range; the message names the key.</exception>
    public static TenantSettings Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var settings = JsonSerializer.Deserialize(json, CbadJson.Default.TenantSettings) ?? throw new FormatException("the settings are null");
            settings.Validate();
            return settings;
        }
        catch (JsonException failure)
        {
            throw new FormatException($"the settings cannot be read: {failure.Message}", failure);
        }
    }

    /// <exception cref="FormatException">A value is out of range; the message names the key.</exception>
    public void Validate()
    {
        Configuration.Validate();
        if (Streams.Count > MostStreams) throw new FormatException($"streams must have at most {MostStreams} entries; it has {Streams.Count}");
        if (Maintenance.Count > MostMaintenance) throw new FormatException($"maintenance must have at most {MostMaintenance} entries; it has {Maintenance.Count}");
        foreach (var window in Maintenance) window.Validate();
        var streams = new Dictionary<ulong, (StreamSettings, EngineConfiguration)>();
        foreach (var stream in Streams)
        {
            if (!StreamId.TryParse(stream.Id, out var id)) throw new FormatException($"streams: '{stream.Id}' is not a stream id of 16 hex digits");
            var configuration = stream.Over(Configuration);
            configuration.Validate();
            if (!streams.TryAdd(id.Value, (stream, configuration))) throw new FormatException($"streams: {stream.Id} stands there twice");
        }
        _streams = streams;
    }

    /// <summary>What holds for a stream. The settings must have been validated.</summary>
    public EngineConfiguration Of(ulong stream) => _streams.TryGetValue(stream, out var own) ? own.Configuration : Configuration;

    /// <summary>True where an alarm of the stream would not be told.</summary>
    public bool IsQuiet(ulong stream, ReadOnlySpan<byte> service, ulong timeUnixNano)
    {
        if (_streams.TryGetValue(stream, out var own) && own.Settings.Muted) return true;
        foreach (var window in Maintenance)
        {
            if (window.Covers(service, timeUnixNano)) return true;
        }
        return false;
    }
}

/// <summary>What differs for one stream from its tenant's configuration; null: nothing.</summary>
/// <param name="Id">16 hex digits.</param>
/// <param name="Muted">Its alarms are suppressed and take no part in the error budget.</param>
/// <param name="MaxPValue">Only windows with a p-value of at most this can become alarms, in ]0, 1].</param>
/// <param name="MinSeverity">Alarms below it are suppressed: low, medium, high or critical.</param>
/// <param name="WindowEvents">As <see cref="EngineConfiguration.WindowEvents"/>; the stream calibrates again.</param>
/// <param name="SessionKey">As <see cref="EngineConfiguration.SessionKey"/>.</param>
public sealed record StreamSettings(string Id, bool Muted, double? MaxPValue, string? MinSeverity, int? WindowEvents, string? SessionKey)
{
    /// <summary>The configuration with these settings over it.</summary>
    public EngineConfiguration Over(EngineConfiguration configuration) => configuration with
    {
        MaxPValue = MaxPValue ?? configuration.MaxPValue,
        MinSeverity = MinSeverity ?? configuration.MinSeverity,
        WindowEvents = WindowEvents ?? configuration.WindowEvents,
        SessionKey = SessionKey ?? configuration.SessionKey,
    };
}

/// <summary>A time in which something is known to be different: what is flagged in it is suppressed, and takes no part in the error budget.</summary>
/// <param name="Id">For people who take it away again.</param>
/// <param name="Service">Null: all services.</param>
/// <param name="FromUnixSeconds">First second.</param>
/// <param name="ToUnixSeconds">First second after it.</param>
/// <param name="Reason">For people.</param>
public sealed record Maintenance(string Id, string? Service, long FromUnixSeconds, long ToUnixSeconds, string? Reason)
{
    public const int LongestService = 1_000;

    private const ulong Second = 1_000_000_000;

    /// <exception cref="FormatException">It ends before it begins, or the service's name is too long.</exception>
    public void Validate()
    {
        if (FromUnixSeconds < 0 || ToUnixSeconds <= FromUnixSeconds) throw new FormatException("maintenance must end after it begins, and not begin before 1970");
        if (Service is { Length: 0 or > LongestService }) throw new FormatException($"maintenance.service must have 1 to {LongestService} characters");
    }

    /// <param name="service">UTF-8.</param>
    /// <param name="timeUnixNano">Of the newest event.</param>
    public bool Covers(ReadOnlySpan<byte> service, ulong timeUnixNano)
    {
        var second = (long)(timeUnixNano / Second);
        return second >= FromUnixSeconds && second < ToUnixSeconds && (Service is null || System.Text.Encoding.UTF8.GetBytes(Service).AsSpan().SequenceEqual(service));
    }
}

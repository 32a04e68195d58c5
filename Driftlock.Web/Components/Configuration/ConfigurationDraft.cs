using System.Globalization;
using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Configuration;

/// <summary>The configuration while somebody edits it: text as typed, and what is wrong with it.</summary>
public sealed class ConfigurationDraft
{
    public string FalseDiscoveryRate { get; set; } = "";

    public string WindowEvents { get; set; } = "";

    public string BaselineEvents { get; set; } = "";

    public string IdleSeconds { get; set; } = "";

    public string SessionKey { get; set; } = "";

    public string TimeZone { get; set; } = "";

    public string MaxPValue { get; set; } = "";

    public string MinSeverity { get; set; } = "low";

    public string AutoAcknowledgeDays { get; set; } = "";

    public string Note { get; set; } = "";

    public static ConfigurationDraft Of(ApiClient.Configuration now) => new()
    {
        FalseDiscoveryRate = Text(now.FalseDiscoveryRate),
        WindowEvents = Text(now.WindowEvents),
        BaselineEvents = Text(now.BaselineEvents),
        IdleSeconds = Text(now.IdleWindowMilliseconds / 1000),
        SessionKey = now.SessionKey,
        TimeZone = now.TimeZone,
        MaxPValue = Text(now.MaxPValue),
        MinSeverity = now.MinSeverity,
        AutoAcknowledgeDays = Text(now.AutoAcknowledgeDays),
    };

    /// <summary>The first thing that is wrong, with what would be right. What only the Api can know (a time zone) it says itself.</summary>
    public string? Problem =>
        !(Typed.Number(FalseDiscoveryRate) is > 0 and < 1) ? "The share of false alarms has to be a number between 0 and 1, such as 0.05."
        : !(Typed.Whole(WindowEvents) is >= 10 and <= 200 and var n && n % 5 == 0) ? "A window has to hold 10 to 200 events, a multiple of 5."
        : Typed.Whole(BaselineEvents) is null ? "The events to learn from have to be a whole number."
        : !(Typed.Number(IdleSeconds) is >= 0.001 and <= 86_400) ? "A window closes after 0.001 to 86,400 idle seconds."
        : !(Typed.Number(MaxPValue) is > 0 and <= 1) ? "The largest p-value has to be a number above 0 and at most 1."
        : Typed.Whole(AutoAcknowledgeDays) is null ? "Days until an anomaly is acknowledged by itself have to be a whole number; 0 is never."
        : null;

    /// <summary>What differs from <paramref name="now"/>, and nothing else.</summary>
    public ConfigurationPatch Patch(ApiClient.Configuration now) => new(
        Changed(Typed.Number(FalseDiscoveryRate), now.FalseDiscoveryRate), Changed(Typed.Whole(WindowEvents), now.WindowEvents), Changed(Typed.Whole(BaselineEvents), now.BaselineEvents),
        Changed(Typed.Number(IdleSeconds) * 1000, now.IdleWindowMilliseconds), SessionKey == now.SessionKey ? null : SessionKey, TimeZone == now.TimeZone ? null : TimeZone,
        Changed(Typed.Number(MaxPValue), now.MaxPValue), MinSeverity == now.MinSeverity ? null : MinSeverity, Changed(Typed.Whole(AutoAcknowledgeDays), now.AutoAcknowledgeDays),
        now.Version, string.IsNullOrWhiteSpace(Note) ? null : Note.Trim());

    /// <summary>The part of it that past data can tell something about.</summary>
    public BacktestRequest Trial(ApiClient.Configuration now, DateTimeOffset from)
    {
        var patch = Patch(now);
        return new BacktestRequest(from, patch.FalseDiscoveryRate, patch.WindowEvents, patch.MaxPValue, patch.MinSeverity, patch.SessionKey);
    }

    private static T? Changed<T>(T? wanted, T now)
        where T : struct, IEquatable<T> => wanted is { } value && !value.Equals(now) ? value : null;

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

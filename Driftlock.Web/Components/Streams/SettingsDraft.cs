using System.Globalization;
using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Streams;

/// <summary>The settings of a stream while somebody edits them: text as typed, and what is wrong with it.</summary>
public sealed class SettingsDraft
{
    public string Profile { get; set; } = "balanced";

    public string MaxPValue { get; set; } = "";

    public string MinSeverity { get; set; } = "";

    public string WindowEvents { get; set; } = "";

    public string SessionKey { get; set; } = "";

    public string Note { get; set; } = "";

    public bool IsCustom => Profile == "custom";

    public static SettingsDraft Of(StreamProfile profile) => new()
    {
        Profile = profile.Profile,
        MaxPValue = profile.MaxPValue?.ToString(CultureInfo.InvariantCulture) ?? "",
        MinSeverity = profile.MinSeverity ?? "",
        WindowEvents = profile.WindowEvents?.ToString(CultureInfo.InvariantCulture) ?? "",
        SessionKey = profile.SessionKey ?? "",
    };

    /// <summary>The first thing that is wrong, with what would be right; null when nothing is.</summary>
    public string? Problem =>
        !IsCustom ? null
        : MaxPValue.Length > 0 && !(Typed.Number(MaxPValue) is > 0 and <= 1) ? "The largest p-value has to be a number above 0 and at most 1, such as 0.001."
        : WindowEvents.Length > 0 && !(Typed.Whole(WindowEvents) is >= 10 and <= 200 and var n && n % 5 == 0) ? "A window has to hold 10 to 200 events, a multiple of 5."
        : null;

    public StreamProfileUpdate Update(long version) => new(
        Profile, null, IsCustom ? Typed.Number(MaxPValue) : null, IsCustom && MinSeverity.Length > 0 ? MinSeverity : null, IsCustom ? Typed.Whole(WindowEvents) : null,
        IsCustom && SessionKey.Length > 0 ? SessionKey : null, version, string.IsNullOrWhiteSpace(Note) ? null : Note.Trim());

    /// <summary>What differs from the tenant's configuration, to be tried on past data; null where a trial has nothing to say.</summary>
    /// <param name="effective">What holds now.</param>
    /// <param name="from">Alarms are counted from here on.</param>
    public BacktestRequest? Trial(EffectiveSettings effective, DateTimeOffset from) => Profile switch
    {
        "muted" => null,
        // What balanced takes away is said, since what is absent stays as it is.
        "balanced" => new BacktestRequest(from, null, null, 1, "low", null),
        "strict" => new BacktestRequest(from, null, null, 1e-4, "medium", null),
        _ => new BacktestRequest(
            from, null, Typed.Whole(WindowEvents) ?? effective.WindowEvents, Typed.Number(MaxPValue) ?? 1, MinSeverity.Length > 0 ? MinSeverity : "low",
            SessionKey.Length > 0 ? SessionKey : null),
    };
}

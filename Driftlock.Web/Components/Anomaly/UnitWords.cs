namespace Driftlock.Web.Components.Anomaly;

/// <summary>What the judged and its parts are called, by what was judged and its signal.</summary>
public sealed record UnitWords(string? Unit, string? Signal)
{
    /// <summary>One event of it.</summary>
    public string One => (Unit, Signal) switch { ("resource", _) => "metric", (_, "metrics") => "point", (_, "traces") => "span", _ => "line" };

    /// <summary>All of it.</summary>
    public string Whole => Unit switch { "trace" => "trace", "session" => "session", "drift" => "drift", "silence" => "silence", "resource" => "row", _ => "window" };

    /// <summary>What it was ranked among.</summary>
    public string Past => (Unit, Signal) switch
    {
        ("trace", _) => "trace",
        ("session", _) => "session",
        ("drift", _) => "block",
        ("silence", _) => "pause",
        ("resource", _) => "row",
        (_, "metrics") => "point",
        _ => "window",
    };

    /// <summary>Says why there is no event to show.</summary>
    public string WhyNone => Unit switch
    {
        "drift" => "No single event shows a drift: the course above is made of the means of many.",
        "silence" => "There is no event to show: that none came is what is odd.",
        _ => "The Api gave nothing of this window.",
    };
}

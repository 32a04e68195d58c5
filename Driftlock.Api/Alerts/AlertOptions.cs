using System.Net;

namespace Driftlock.Api.Alerts;

/// <summary>Section Alerts.</summary>
public sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>
    /// Networks, such as 10.1.0.0/16, that alerts may go to although they are not public: by default none, so that nobody reaches what only this
    /// service can reach (OWASP API7, server-side request forgery).
    /// </summary>
    public IList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Whether an address may begin with http: what is sent can be read on the way then.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Where people find the dashboard, for the links in an alert; none: alerts have no links.</summary>
    public Uri? DashboardUrl { get; set; }

    public Uri PagerDutyUrl { get; set; } = new("https://events.pagerduty.com/v2/enqueue");

    internal bool HasGoodNetworks => AllowedNetworks.All(network => IPNetwork.TryParse(network, out _));
}

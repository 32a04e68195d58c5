using Driftlock.Api.Errors;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Alerts;

/// <summary>What is wrong with a channel as it is wanted, by field.</summary>
internal static class AlertChannelProblem
{
    private const int LongestName = 100;
    private const int LongestTarget = 2_000;
    private const int LongestService = 256;

    public static ProblemHttpResult? Of(NewAlertChannel wanted, OutboundAddresses addresses)
    {
        if (wanted.Kind is not { } kind || !Enum.IsDefined(kind)) return ApiProblem.Invalid("kind", "must be webhook, slack or pagerDuty");
        return OfName(wanted.Name) ?? OfTarget(kind, wanted.Target, addresses) ?? OfFilter(wanted.Subject, wanted.MinSeverity, wanted.Service);
    }

    /// <param name="wanted">The change.</param>
    /// <param name="kind">Of the channel that is changed.</param>
    /// <param name="addresses">Where alerts may go.</param>
    public static ProblemHttpResult? Of(AlertChannelUpdate wanted, AlertKind kind, OutboundAddresses addresses) =>
        (wanted.Name is null ? null : OfName(wanted.Name)) ?? (wanted.Target is null ? null : OfTarget(kind, wanted.Target, addresses))
        ?? OfFilter(wanted.Subject, wanted.MinSeverity, wanted.Service);

    private static ProblemHttpResult? OfName(string? name) => string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl)
        ? ApiProblem.Invalid("name", $"must have 1 to {LongestName} characters") : null;

    private static ProblemHttpResult? OfTarget(AlertKind kind, string? target, OutboundAddresses addresses)
    {
        if (target?.Length > LongestTarget) return ApiProblem.Invalid("target", $"must have at most {LongestTarget} characters");
        if (kind == AlertKind.PagerDuty)
        {
            // A routing key is 32 letters and digits.
            return target is { Length: 32 } && target.All(char.IsAsciiLetterOrDigit) ? null : ApiProblem.Invalid("target", "must be the integration's routing key of 32 letters and digits");
        }
        return addresses.Problem(target) is { } problem ? ApiProblem.Invalid("target", problem) : null;
    }

    private static ProblemHttpResult? OfFilter(AlertSubject? subject, Severity? severity, string? service)
    {
        if (subject is { } about && !Enum.IsDefined(about)) return ApiProblem.Invalid("subject", "must be incident or anomaly");
        if (severity is { } least && !Enum.IsDefined(least)) return ApiProblem.Invalid("minSeverity", "must be low, medium, high or critical");
        return service?.Length > LongestService || service?.Contains('\0') == true ? ApiProblem.Invalid("service", $"must have at most {LongestService} characters, none of them U+0000") : null;
    }
}

namespace Driftlock.Web.ApiClient;

/// <summary>What went wrong between the dashboard and the Api, in the terms in which a page can help its reader.</summary>
public enum ApiProblemKind
{
    /// <summary>No answer: nothing listens there, the connection broke, or the Api answered 5xx.</summary>
    Unreachable,

    /// <summary>No answer within the time allowed.</summary>
    TooSlow,

    /// <summary>401: the key is unknown, expired or revoked.</summary>
    KeyRefused,

    /// <summary>403: the key is good and its role is not enough.</summary>
    NotAllowed,

    /// <summary>404: no such thing, or not in this tenant.</summary>
    NotFound,

    /// <summary>409: the thing has changed meanwhile (code <c>invalid_transition</c> for a status).</summary>
    Conflict,

    /// <summary>429: too many requests or clients.</summary>
    TooMany,

    /// <summary>Another 4xx: the Api did not accept what was asked.</summary>
    Rejected,

    /// <summary>The answer could not be read: the two sides speak different versions.</summary>
    Unreadable,
}

/// <summary>An error of the Api (RFC 9457) or of the way to it.</summary>
/// <param name="Kind">What a page decides on.</param>
/// <param name="Status">HTTP status; 0 where there was no answer.</param>
/// <param name="Detail">The Api's own words, empty where it gave none. Text, never markup.</param>
/// <param name="Code">The Api's stable code, empty where it gave none.</param>
/// <param name="TraceId">What to look for in the logs, empty where it gave none.</param>
public sealed record ApiProblem(ApiProblemKind Kind, int Status = 0, string Detail = "", string Code = "", string TraceId = "");

/// <summary>Either what was asked for or the reason why not. Exactly one of the two is set.</summary>
public sealed record ApiAnswer<T>(T? Value, ApiProblem? Problem)
    where T : class
{
    public static implicit operator ApiAnswer<T>(T value) => new(value, null);

    public static implicit operator ApiAnswer<T>(ApiProblem problem) => new(null, problem);
}

/// <summary>It was done, and there is nothing to say about it (204).</summary>
public sealed record Done
{
    public static Done Value { get; } = new();
}

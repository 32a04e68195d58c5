namespace Driftlock.Api.Errors;

/// <summary>Every value that <c>code</c> of a problem can have: clients rely on them, so they are never renamed.</summary>
public static class ErrorCodes
{
    public sealed record Meaning(int Status, string Text);

    /// <summary>What any operation may answer that its callers must be known for.</summary>
    public static IReadOnlyList<string> OfEvery { get; } = ["unauthorized", "forbidden", "rate_limited", "internal", "overloaded", "unavailable"];

    /// <summary>What any write may answer because of its Idempotency-Key.</summary>
    public static IReadOnlyList<string> OfEveryWrite { get; } = ["still_running", "answer_lost", "idempotency_key_reused", "too_large"];

    public static IReadOnlyDictionary<string, Meaning> All { get; } = new Dictionary<string, Meaning>(StringComparer.Ordinal)
    {
        ["invalid_argument"] = new(400, "A parameter or field is wrong; errors names it and says what would be right."),
        ["invalid_file"] = new(400, "The file is not of its format, or holds no event; detail says where and why."),
        ["unauthorized"] = new(401, "No key, or one that is unknown, revoked or expired."),
        ["sign_in_failed"] = new(401, "E-mail address, password or code is wrong, or the account is locked or disabled."),
        ["second_factor_required"] = new(401, "The password is right; send the authenticator's code as well."),
        ["forbidden"] = new(403, "The key has not the scope that this needs."),
        ["not_found"] = new(404, "The tenant has nothing of this id."),
        ["method_not_allowed"] = new(405, "The address knows other methods."),
        ["answer_lost"] = new(409, "The write under this Idempotency-Key was done, but its answer was lost in a crash."),
        ["still_running"] = new(409, "The write under this Idempotency-Key is still being done; try again."),
        ["changed_meanwhile"] = new(409, "Somebody else changed it since it was read: read it again."),
        ["invalid_transition"] = new(409, "From the status that it has, it cannot get this one."),
        ["evidence_of_another_version"] = new(409, "The evidence was made by an engine that this version cannot render; the bundle itself can be had."),
        ["too_much_feedback"] = new(409, "The anomaly has as much feedback as it may."),
        ["too_many_exports"] = new(409, "As many exports as may be are under way."),
        ["export_not_done"] = new(409, "The export has no file yet, or failed."),
        ["too_many_channels"] = new(409, "The tenant has as many alert channels as it may."),
        ["too_many_keys"] = new(409, "The tenant has as many API keys as it may."),
        ["key_not_active"] = new(409, "The key is revoked or expired and has no successor."),
        ["already_rotated"] = new(409, "The key has a successor already."),
        ["too_many_users"] = new(409, "The tenant has as many users as it may."),
        ["email_taken"] = new(409, "There is a user of this e-mail address."),
        ["own_account"] = new(409, "Nobody does this to the own account."),
        ["not_a_user"] = new(409, "Only who signed in with a password can do this."),
        ["second_factor_on"] = new(409, "The second factor is on already."),
        ["tenant_exists"] = new(409, "There is a tenant of this name, or there are as many as may be."),
        ["own_tenant"] = new(409, "Nobody disables the own tenant."),
        ["too_large"] = new(413, "The body is larger than it may be."),
        ["unsupported_media_type"] = new(415, "The Content-Type or Content-Encoding is not one of those taken here."),
        ["idempotency_key_reused"] = new(422, "The Idempotency-Key was used for another request."),
        ["too_slow"] = new(422, "The file could not be judged in the time that one may take."),
        ["rate_limited"] = new(429, "Too many requests; Retry-After says when to come back."),
        ["busy"] = new(429, "Other long work is being done; try again in some seconds."),
        ["internal"] = new(500, "A defect of the service; the trace id finds it in its logs."),
        ["overloaded"] = new(503, "As many requests are in progress as may be; Retry-After says when to come back."),
        ["too_many_live_clients"] = new(503, "As many live clients are connected as may be."),
        ["unavailable"] = new(503, "The store cannot be asked now; nothing was changed. Try again."),
    };

    /// <summary>Says in the OpenAPI document which codes of its own an operation has.</summary>
    public static TBuilder FailsWith<TBuilder>(this TBuilder builder, params string[] codes)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new FailsWithCodes(codes));

    internal sealed record FailsWithCodes(IReadOnlyList<string> Codes);
}

using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Limits;
using Driftlock.Storage.Audit;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace Driftlock.Api.Accounts;

/// <summary>What users do with their own account.</summary>
public static class SignInEndpoints
{
    /// <summary>Of an e-mail address: RFC 5321 4.5.3.1.3, less the angle brackets.</summary>
    public const int LongestEmail = 254;
    private const string UsersOnly = "only a user who signed in has a password and a second factor; API keys and tokens have none";

    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/auth").WithTags("Accounts").RequireAuthorization();
        group.MapPost("/sign-in", SignInAsync).AllowAnonymous().WithMetadata(new LimitedByAddress()).WithSummary("A session for e-mail address and password, and code where the user has a second factor").FailsWith("sign_in_failed", "second_factor_required");
        group.MapPost("/sign-out", SignOutAsync).WithSummary("End this session at once").FailsWith("not_a_user");
        group.MapPost("/password", ChangePasswordAsync).WithSummary("Change one's own password; all sessions end").FailsWith("not_a_user");
        group.MapPost("/second-factor", BeginAsync).WithSummary("A new authenticator key; it counts once a code is confirmed").FailsWith("not_a_user", "second_factor_on");
        group.MapPost("/second-factor/confirm", ConfirmAsync).WithSummary("Turn the second factor on, and get recovery codes").FailsWith("not_a_user", "second_factor_on");
        group.MapDelete("/second-factor", EndAsync).WithSummary("Turn the second factor off").FailsWith("not_a_user");
    }

    private static async Task<Results<Ok<SignedIn>, ProblemHttpResult>> SignInAsync(SignInRequest request, SignIns signIns, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Email) || request.Email.Length > LongestEmail) return ApiProblem.Invalid("email", $"must have 1 to {LongestEmail} characters");
        if (string.IsNullOrEmpty(request.Password) || request.Password.Length > PasswordRules.Longest) return ApiProblem.Invalid("password", $"must have 1 to {PasswordRules.Longest} characters");
        var (outcome, session) = await signIns.SignInAsync(request.Email.Trim(), request.Password, request.Code, cancellationToken);
        return outcome switch
        {
            SignInOutcome.SignedIn => TypedResults.Ok(session),
            SignInOutcome.SecondFactorNeeded => ApiProblem.Of(StatusCodes.Status401Unauthorized, "second_factor_required", "send the authenticator's code as well, as code"),
            _ => ApiProblem.Of(StatusCodes.Status401Unauthorized, "sign_in_failed", "e-mail address, password or code is wrong, or the account is locked or disabled"),
        };
    }

    private static async Task<NoContent> SignOutAsync(HttpContext context, UserSessions sessions, CancellationToken cancellationToken)
    {
        if (CredentialAuthentication.TryReadSecret(context.Request, out var secret)) await sessions.EndAsync(secret, cancellationToken);
        return TypedResults.NoContent();
    }

    private static Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        PasswordChange wanted, Caller caller, UserManager<User> users, UserSessions sessions, AuditedChange change, CancellationToken cancellationToken) =>
        OwnAsync<Results<NoContent, ProblemHttpResult>>(caller, users, change, UsersOnlyProblem, async (user, cancellation) =>
        {
            var changed = await users.ChangePasswordAsync(user, wanted.Current ?? "", wanted.New ?? "");
            if (!changed.Succeeded) return new(UserProblem.Of(changed, "new", "current"));
            await sessions.EndAllAsync(user.Id, cancellation);
            return new(TypedResults.NoContent(), AuditRecord.Of("user.password", user.Id.ToString(), null, null));
        }, cancellationToken);

    private static Task<Results<Ok<SecondFactorKey>, ProblemHttpResult>> BeginAsync(
        Caller caller, UserManager<User> users, SecondFactor secondFactor, AuditedChange change, CancellationToken cancellationToken) =>
        OwnAsync<Results<Ok<SecondFactorKey>, ProblemHttpResult>>(caller, users, change, UsersOnlyProblem, async (user, _) =>
        {
            if (await users.GetTwoFactorEnabledAsync(user)) return new(ApiProblem.Conflict("second_factor_on", "turn the second factor off first"));
            var (key, uri) = await secondFactor.BeginAsync(user);
            return new(TypedResults.Ok(new SecondFactorKey(key, uri)));
        }, cancellationToken);

    private static Task<Results<Ok<SecondFactorOn>, ProblemHttpResult>> ConfirmAsync(
        SecondFactorCode wanted, Caller caller, UserManager<User> users, SecondFactor secondFactor, AuditedChange change, CancellationToken cancellationToken) =>
        OwnAsync<Results<Ok<SecondFactorOn>, ProblemHttpResult>>(caller, users, change, UsersOnlyProblem, async (user, _) =>
        {
            if (await users.GetTwoFactorEnabledAsync(user)) return new(ApiProblem.Conflict("second_factor_on", "the second factor is on already"));
            if (await secondFactor.ConfirmAsync(user, wanted.Code ?? "") is not { } codes) return new(ApiProblem.Invalid("code", "must be the code that the authenticator shows now"));
            return new(TypedResults.Ok(new SecondFactorOn(codes)), AuditRecord.Of("user.second-factor-on", user.Id.ToString(), null, null));
        }, cancellationToken);

    private static Task<Results<NoContent, ProblemHttpResult>> EndAsync(
        [Microsoft.AspNetCore.Mvc.FromBody] PasswordProof proof, Caller caller, UserManager<User> users, SecondFactor secondFactor, AuditedChange change, CancellationToken cancellationToken) =>
        OwnAsync<Results<NoContent, ProblemHttpResult>>(caller, users, change, UsersOnlyProblem, async (user, _) =>
        {
            if (!await users.CheckPasswordAsync(user, proof.Password ?? "")) return new(ApiProblem.Invalid("password", "must be your password"));
            await secondFactor.EndAsync(user);
            return new(TypedResults.NoContent(), AuditRecord.Of("user.second-factor-off", user.Id.ToString(), null, null));
        }, cancellationToken);

    private static ProblemHttpResult UsersOnlyProblem => ApiProblem.Conflict("not_a_user", UsersOnly);

    /// <summary>Runs an audited change on the caller's own account.</summary>
    private static async Task<T> OwnAsync<T>(
        Caller caller, UserManager<User> users, AuditedChange change, T otherwise, Func<User, CancellationToken, Task<Changed<T>>> work, CancellationToken cancellationToken)
    {
        if (caller.UserId is not { } id) return otherwise;
        return await change.RunAsync<T>(caller, async cancellation =>
            await users.FindByIdAsync(id.ToString()) is { } user ? await work(user, cancellation) : new(otherwise), cancellationToken);
    }
}

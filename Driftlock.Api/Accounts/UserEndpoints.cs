using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Accounts;

public static class UserEndpoints
{
    private const string RoleNames = "must be viewer, analyst, admin or operator";

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/admin/users").RequireAuthorization(Policies.Admin).WithTags("Admin");
        group.MapGet("/", async (Caller caller, UserChanges users, CancellationToken cancellationToken) =>
            TypedResults.Ok(new UserList(await users.ListAsync(caller, cancellationToken)))).WithSummary("The tenant's users, newest first");
        group.MapPost("/", CreateAsync).WithSummary("Make a user").FailsWith("too_many_users", "email_taken");
        group.MapPatch("/{id:guid}", UpdateAsync).WithSummary("Change a user's role, disable or enable; the user's sessions end").FailsWith("own_account", "changed_meanwhile");
        group.MapPost("/{id:guid}/password", ResetAsync).WithSummary("Give a user a new password, shown this once, and end a lockout");
        group.MapDelete("/{id:guid}", DeleteAsync).WithSummary("Delete a user").FailsWith("own_account");
    }

    private static async Task<Results<Created<CreatedUser>, ProblemHttpResult>> CreateAsync(
        NewUser wanted, Caller caller, UserChanges users, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(wanted.Email) || wanted.Email.Length > SignInEndpoints.LongestEmail || wanted.Email.Any(char.IsControl))
        {
            return ApiProblem.Invalid("email", "must be an e-mail address");
        }
        if (wanted.Role is not { } role || !Enum.IsDefined(role)) return ApiProblem.Invalid("role", RoleNames);
        if (!Roles.AreWithin(Roles.Of(role), caller)) return BeyondCaller();
        if (await users.CreateAsync(caller, wanted.Email.Trim(), role, wanted.Password, cancellationToken) is not var (result, created))
        {
            return ApiProblem.Conflict("too_many_users", $"the tenant has {UserChanges.UsersPerTenant} users");
        }
        return created is null ? UserProblem.Of(result) : TypedResults.Created($"/api/v1/admin/users/{created.Id}", created);
    }

    private static async Task<Results<Ok<UserDetail>, ProblemHttpResult>> UpdateAsync(
        Guid id, UserUpdate wanted, Caller caller, UserChanges users, CancellationToken cancellationToken)
    {
        if (wanted.Role is { } role)
        {
            if (!Enum.IsDefined(role)) return ApiProblem.Invalid("role", RoleNames);
            if (!Roles.AreWithin(Roles.Of(role), caller)) return BeyondCaller();
        }
        if (id == caller.UserId) return ApiProblem.Conflict("own_account", "you cannot change your own role or disable yourself: another admin can");
        return await users.UpdateAsync(caller, id, wanted, cancellationToken) is { } user ? TypedResults.Ok(user) : ApiProblem.NotFound("user that you may change");
    }

    private static async Task<Results<Ok<ResetPassword>, ProblemHttpResult>> ResetAsync(
        Guid id, Caller caller, UserChanges users, CancellationToken cancellationToken) =>
        await users.ResetPasswordAsync(caller, id, cancellationToken) is { } password ? TypedResults.Ok(new ResetPassword(password)) : ApiProblem.NotFound("user that you may change");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(Guid id, Caller caller, UserChanges users, CancellationToken cancellationToken)
    {
        if (id == caller.UserId) return ApiProblem.Conflict("own_account", "you cannot delete yourself: another admin can");
        return await users.DeleteAsync(caller, id, cancellationToken) ? TypedResults.NoContent() : ApiProblem.NotFound("user that you may change");
    }

    private static ProblemHttpResult BeyondCaller() =>
        ApiProblem.Of(StatusCodes.Status403Forbidden, "forbidden", "a user can have at most your own scopes");
}

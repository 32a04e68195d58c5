using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Driftlock.Web.SignIn;

internal static class SignOut
{
    /// <summary><c>POST /sign-out</c>, with the antiforgery token that binding a form asks for.</summary>
    public static void MapSignOut(this IEndpointRouteBuilder routes) => routes.MapPost("/sign-out", Handle).AllowAnonymous();

    private static async Task<RedirectHttpResult> Handle(HttpContext context, [FromForm] string? reason)
    {
        await context.SignOutAsync();
        return TypedResults.LocalRedirect(reason is null ? SessionCookie.SignInPath : $"{SessionCookie.SignInPath}?refused=1");
    }
}

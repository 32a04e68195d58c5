using System.Security.Claims;
using Driftlock.Web.ApiClient;
using Microsoft.AspNetCore.Components.Authorization;

namespace Driftlock.Web.SignIn;

/// <summary>The signed-in user's key, on a page, in a circuit, or in an endpoint that sets <see cref="User"/> itself.</summary>
internal sealed class SessionCaller(IServiceProvider services) : ICaller
{
    /// <summary>Set by endpoints, which have no authentication state of components.</summary>
    public ClaimsPrincipal? User { get; set; }

    public async ValueTask<string?> KeyAsync()
    {
        var user = User ?? (await services.GetRequiredService<AuthenticationStateProvider>().GetAuthenticationStateAsync()).User;
        return SessionCookie.KeyOf(user);
    }
}

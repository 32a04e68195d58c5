using System.Text;
using Driftlock.Storage;
using Driftlock.Storage.Model;
using Driftlock.Storage.Secrets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Driftlock.Api.Accounts;

/// <summary>ASP.NET Core Identity's store, with the secrets of the second factor (authenticator key, recovery codes) sealed.</summary>
public sealed class SealedUserStore(DriftlockContext database, KeyRingSource keys, IdentityErrorDescriber? describer = null)
    : UserOnlyStore<User, DriftlockContext, Guid>(database, describer)
{
    public override async Task SetTokenAsync(User user, string loginProvider, string name, string? value, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var ring = await keys.GetAsync(cancellationToken);
        var hidden = value is null ? null : Convert.ToBase64String(ring.Seal(Encoding.UTF8.GetBytes(value), Place(user, name)));
        await base.SetTokenAsync(user, loginProvider, name, hidden, cancellationToken);
    }

    public override async Task<string?> GetTokenAsync(User user, string loginProvider, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is not { } hidden) return null;
        var ring = await keys.GetAsync(cancellationToken);
        return Encoding.UTF8.GetString(ring.Open(Convert.FromBase64String(hidden), Place(user, name)));
    }

    private static byte[] Place(User user, string name) => Encoding.UTF8.GetBytes($"user {user.Id} {name}");
}

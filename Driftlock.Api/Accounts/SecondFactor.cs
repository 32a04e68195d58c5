using System.Globalization;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;

namespace Driftlock.Api.Accounts;

/// <summary>Codes of an authenticator (TOTP, RFC 6238) and recovery codes: each is taken once.</summary>
public sealed class SecondFactor(UserManager<User> users, SealedUserStore tokens, TimeProvider time)
{
    public const int RecoveryCodes = 10;

    private const string Issuer = "Driftlock";
    private const string OwnProvider = "driftlock";
    private const string LastCode = "last code";

    /// <summary>Longer than Identity takes a code for: three minutes around now.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>A new key; it counts once a code of it was confirmed.</summary>
    public async Task<(string Key, string Uri)> BeginAsync(User user)
    {
        await users.ResetAuthenticatorKeyAsync(user);
        var key = (await users.GetAuthenticatorKeyAsync(user))!;
        var label = Uri.EscapeDataString($"{Issuer}:{user.Email}");
        return (key, $"otpauth://totp/{label}?secret={key}&issuer={Issuer}&digits=6");
    }

    /// <returns>The recovery codes; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<string>?> ConfirmAsync(User user, string code)
    {
        if (!await IsFreshCodeAsync(user, code)) return null;
        await users.SetTwoFactorEnabledAsync(user, true);
        return [.. await users.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];
    }

    public async Task<bool> TakeAsync(User user, string code) =>
        await IsFreshCodeAsync(user, code) || (await users.RedeemTwoFactorRecoveryCodeAsync(user, code)).Succeeded;

    public async Task EndAsync(User user)
    {
        await users.SetTwoFactorEnabledAsync(user, false);
        await users.ResetAuthenticatorKeyAsync(user);
    }

    /// <summary>RFC 6238 5.2: the verifier must not accept the second attempt of a code.</summary>
    private async Task<bool> IsFreshCodeAsync(User user, string code)
    {
        var digits = code.Replace(" ", "", StringComparison.Ordinal);
        if (!await users.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, digits)) return false;
        var last = await tokens.GetTokenAsync(user, OwnProvider, LastCode, CancellationToken.None);
        var now = time.GetUtcNow();
        if (last?.Split('|') is [var used, var until] && used == digits && now.ToUnixTimeSeconds() < long.Parse(until, CultureInfo.InvariantCulture)) return false;
        var mark = string.Create(CultureInfo.InvariantCulture, $"{digits}|{(now + Remembered).ToUnixTimeSeconds()}");
        await tokens.SetTokenAsync(user, OwnProvider, LastCode, mark, CancellationToken.None);
        return (await users.UpdateAsync(user)).Succeeded;
    }
}

using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;

namespace Driftlock.Api.Accounts;

/// <summary>Length counts, not kinds of characters (NIST SP 800-63B 5.1.1.2): 12 to 128, not out of few characters, and not what anybody would try first.</summary>
public sealed class PasswordRules : IPasswordValidator<User>
{
    public const int Shortest = 12;
    public const int Longest = 128;
    private const int FewestDifferent = 6;

    private static readonly string[] TriedFirst = ["driftlock", "password", "passwort", "123456", "qwerty", "letmein", "welcome"];

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        ArgumentNullException.ThrowIfNull(user);
        var problem = Problem(password ?? "", user.Email ?? "");
        return Task.FromResult(problem is null ? IdentityResult.Success : IdentityResult.Failed(new IdentityError { Code = "password", Description = problem }));
    }

    private static string? Problem(string password, string email)
    {
        if (password.Length is < Shortest or > Longest) return $"must have {Shortest} to {Longest} characters";
        if (password.Distinct().Count() < FewestDifferent) return $"must have at least {FewestDifferent} different characters";
        var guess = TriedFirst.Append(email.Split('@')[0]).FirstOrDefault(part => part.Length > 3 && password.Contains(part, StringComparison.OrdinalIgnoreCase));
        return guess is null ? null : $"must not contain '{guess}'";
    }
}

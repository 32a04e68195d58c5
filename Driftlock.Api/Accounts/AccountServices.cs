using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;

namespace Driftlock.Api.Accounts;

public static class AccountServices
{
    private const int AttemptsBeforeLockout = 5;
    private static readonly TimeSpan Lockout = TimeSpan.FromMinutes(15);

    /// <summary>Users who sign in with a password, on the same database.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<SignInOptions>().BindConfiguration(SignInOptions.Section)
            .Validate(options => options.SessionLifetime > TimeSpan.Zero, "SignIn:SessionLifetime must be longer than 0")
            .Validate(options => options.SessionsPerUser > 0, "SignIn:SessionsPerUser must be at least 1")
            .ValidateOnStart();
        services.AddScoped<SealedUserStore>().AddScoped<IUserStore<User>>(provider => provider.GetRequiredService<SealedUserStore>());
        services.AddIdentityCore<User>(identity =>
            {
                identity.User.RequireUniqueEmail = true;
                // All characters of an address; it is checked as one.
                identity.User.AllowedUserNameCharacters = null!;
                identity.Lockout.MaxFailedAccessAttempts = AttemptsBeforeLockout;
                identity.Lockout.DefaultLockoutTimeSpan = Lockout;
                // PasswordRules says what a password must be.
                identity.Password = new PasswordOptions
                {
                    RequiredLength = 1, RequireDigit = false, RequireLowercase = false, RequireNonAlphanumeric = false, RequireUppercase = false, RequiredUniqueChars = 1,
                };
            })
            .AddPasswordValidator<PasswordRules>()
            .AddTokenProvider<AuthenticatorTokenProvider<User>>(TokenOptions.DefaultAuthenticatorProvider);
        return services.AddScoped<SignIns>().AddScoped<UserSessions>().AddScoped<SecondFactor>().AddScoped<UserChanges>();
    }
}

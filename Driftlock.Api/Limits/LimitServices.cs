namespace Driftlock.Api.Limits;

public static class LimitServices
{
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section)
            .Validate(options => options.IsValid, "RateLimits: every rate and burst, and InProgress, must be larger than 0")
            .ValidateOnStart();
        services.AddSingleton<SharedRedis>().AddHostedService(provider => provider.GetRequiredService<SharedRedis>());
        services.AddHostedService<TierRetention>();
        services.AddSingleton<TokenBuckets>().AddSingleton<TenantLimits>().AddSingleton<UsageMeter>();
        return services.AddHostedService(provider => provider.GetRequiredService<UsageMeter>());
    }
}

namespace Driftlock.Api.Alerts;

public static class AlertServices
{
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        services.AddOptions<AlertOptions>().BindConfiguration(AlertOptions.Section)
            .Validate(options => options.HasGoodNetworks, "Alerts:AllowedNetworks must be networks such as 10.1.0.0/16")
            .Validate(options => options.DashboardUrl?.IsAbsoluteUri != false, "Alerts:DashboardUrl must be an address such as https://driftlock.example.org/")
            .ValidateOnStart();
        services.AddSingleton<OutboundAddresses>().AddSingleton<AlertSender>();
        return services.AddScoped<AlertDispatch>().AddScoped<AlertChannelChanges>().AddHostedService<AlertWorker>();
    }
}

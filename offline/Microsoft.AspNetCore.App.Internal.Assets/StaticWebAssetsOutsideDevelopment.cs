[assembly: HostingStartup(typeof(Driftlock.StandIns.StaticWebAssetsOutsideDevelopment))]

namespace Driftlock.StandIns;

/// <summary>
/// Compiled into the web project by the stand-in. Static web assets that lie outside the build output (the framework's scripts, those
/// of packages) are found in Development only, else the application must be published; the stand-in orchestrator runs what was built.
/// Without a manifest beside the assembly, that is after publishing, this does nothing.
/// </summary>
internal sealed class StaticWebAssetsOutsideDevelopment : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.ConfigureAppConfiguration((context, _) =>
    {
        if (!context.HostingEnvironment.IsDevelopment())
        {
            Microsoft.AspNetCore.Hosting.StaticWebAssets.StaticWebAssetsLoader.UseStaticWebAssets(context.HostingEnvironment, context.Configuration);
        }
    });
}

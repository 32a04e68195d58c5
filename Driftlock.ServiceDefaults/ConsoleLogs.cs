using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Driftlock.ServiceDefaults;

/// <summary>For people in Development; for log collectors everywhere else: one JSON object a line, times in UTC.</summary>
internal static class ConsoleLogs
{
    public static void AddConsoleLogs(this IHostApplicationBuilder builder)
    {
        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss.fff ";
            });
            return;
        }

        builder.Logging.AddJsonConsole(console =>
        {
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            console.IncludeScopes = true;
            console.JsonWriterOptions = new System.Text.Json.JsonWriterOptions { Indented = false };
        });
    }
}

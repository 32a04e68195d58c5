using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.ServiceDefaults;

public sealed class ConsoleLogTests
{
    [Fact]
    public async Task Production_logs_one_json_object_a_line_with_the_time_in_utc()
    {
        var text = await WriteAsync("Production", "first\nsecond");

        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        using var line = JsonDocument.Parse(text);
        Assert.Equal("first\nsecond", line.RootElement.GetProperty("Message").GetString());
        var written = line.RootElement.GetProperty("Timestamp").GetDateTimeOffset();
        Assert.Equal(TimeSpan.Zero, written.Offset);
        Assert.InRange(DateTimeOffset.UtcNow - written, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Development_logs_for_people() =>
        Assert.EndsWith("category[0] hello\n", await WriteAsync("Development", "hello"), StringComparison.Ordinal);

    private static async Task<string> WriteAsync(string environment, string message)
    {
        var builder = TestApp.CreateBuilder(environment);
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        var chosen = app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = app.Services.GetServices<ConsoleFormatter>().Single(f => f.Name == chosen);
        await using var writer = new StringWriter();
        formatter.Write(new LogEntry<string>(LogLevel.Information, "category", 0, message, null, static (s, _) => s), scopeProvider: null, writer);
        return writer.ToString();
    }
}

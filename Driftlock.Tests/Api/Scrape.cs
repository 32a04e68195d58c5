using System.Globalization;

namespace Driftlock.Tests.Api;

/// <summary>What a service says at /metrics, in Prometheus' text format.</summary>
internal sealed record Scrape(string Text)
{
    public static async Task<Scrape> OfAsync(Uri service)
    {
        using var client = new HttpClient { BaseAddress = service, Timeout = TimeSpan.FromSeconds(30) };
        return new Scrape(await client.GetStringAsync(new Uri("metrics", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    /// <summary>Sum over all samples of this name that bear these labels.</summary>
    public double Sum(string name, params string[] labels) => Text.Split('\n')
        .Where(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}

using Driftlock.Cli;

namespace Driftlock.Benchmarks.Load;

/// <summary>The deployment under load, as the options name it.</summary>
/// <param name="Target">Its addresses.</param>
/// <param name="Keys">Taken in turns: each caller has a rate limit of its own. The first one also reads.</param>
/// <param name="Postgres">Connection string for the COPY yardstick; null leaves it out.</param>
/// <param name="Watched">Process ids by name.</param>
internal sealed record LoadOptions(LoadTarget Target, IReadOnlyList<string> Keys, string? Postgres, IReadOnlyDictionary<string, int> Watched)
{
    public const int MostKeys = 64;
    public const int MostWatched = 8;

    /// <exception cref="InputException">Names the option that is wrong, and what would be right.</exception>
    public static LoadOptions Parse(string api, string otlp, string? grpc, string[] keys, string? postgres, string[] watch)
    {
        var otlpHttp = Address("--otlp", otlp, "http://localhost:4318");
        var otlpGrpc = grpc is null ? new UriBuilder(otlpHttp) { Port = 4317 }.Uri : Address("--otlp-grpc", grpc, "http://localhost:4317");
        if (keys.Length is 0 or > MostKeys || keys.Any(string.IsNullOrWhiteSpace)) throw new InputException($"--api-key must be given, once to {MostKeys} times");
        if (watch.Length > MostWatched) throw new InputException($"--watch may be given {MostWatched} times at most");
        var watched = new Dictionary<string, int>();
        foreach (var text in watch)
        {
            if (text.Split('=') is not [{ Length: > 0 } name, var id] || !int.TryParse(id, System.Globalization.CultureInfo.InvariantCulture, out var process) || process <= 0)
            {
                throw new InputException($"--watch {text} is not NAME=PROCESS-ID; api=1234 is right");
            }
            if (!watched.TryAdd(name, process)) throw new InputException($"--watch names {name} twice");
        }
        return new LoadOptions(new LoadTarget(Address("--api", api, "http://localhost:5081"), otlpHttp, otlpGrpc), keys, postgres, watched);
    }

    private static Uri Address(string option, string text, string right) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new InputException($"{option} {text} is no address; {right} is right");
}

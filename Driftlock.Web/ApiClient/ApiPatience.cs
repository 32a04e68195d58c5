using Microsoft.Extensions.Http.Resilience;

namespace Driftlock.Web.ApiClient;

/// <summary>How long a reader waits for the Api before a page says that it does not answer.</summary>
internal static class ApiPatience
{
    /// <summary>What is judged anew takes as long as the Api allows for it (a backtest 25 s, the playground 60 s), and some more on its way.</summary>
    private static readonly TimeSpan OfLongWork = TimeSpan.FromSeconds(75);

    /// <summary>A restart of the Api is bridged, and one that is away is told within two seconds rather than the standard's fourteen.</summary>
    public static void OfPages(HttpStandardResilienceOptions options)
    {
        options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(8);
        options.TotalRequestTimeout.Timeout = TimeSpan.FromSeconds(12);
        options.Retry.MaxRetryAttempts = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(300);
        // Someone who presses "try again" wants to see whether it is back.
        options.CircuitBreaker.BreakDuration = TimeSpan.FromSeconds(1);
    }

    public static void AddLongRunningApi(this IServiceCollection services)
    {
#pragma warning disable EXTEXP0001 // The documented way to leave the defaults of all clients.
        services.AddHttpClient<LongRunningApi>(http =>
        {
            http.BaseAddress = new Uri("https+http://api");
            http.Timeout = OfLongWork;
        }).RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
    }
}

/// <summary>The same Api for what takes its time: asked once, and waited for.</summary>
public sealed class LongRunningApi(HttpClient http, ICaller caller)
{
    public DriftlockApi Api { get; } = new(http, caller);
}

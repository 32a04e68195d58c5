using System.Diagnostics.CodeAnalysis;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>The layers of the standard pipeline, outermost first; the real package's rate limiter is not among them.</summary>
public class HttpStandardResilienceOptions
{
    public HttpTimeoutStrategyOptions TotalRequestTimeout { get; set; } = new() { Name = "Standard-TotalRequestTimeout", Timeout = TimeSpan.FromSeconds(30) };

    public HttpRetryStrategyOptions Retry { get; set; } = new() { Name = "Standard-Retry" };

    public HttpCircuitBreakerStrategyOptions CircuitBreaker { get; set; } = new() { Name = "Standard-CircuitBreaker" };

    public HttpTimeoutStrategyOptions AttemptTimeout { get; set; } = new() { Name = "Standard-AttemptTimeout", Timeout = TimeSpan.FromSeconds(10) };
}

public class HttpTimeoutStrategyOptions : TimeoutStrategyOptions;

public class HttpCircuitBreakerStrategyOptions : CircuitBreakerStrategyOptions<HttpResponseMessage>
{
    public HttpCircuitBreakerStrategyOptions() => ShouldHandle = static arguments => new(TransientFailure.Is(arguments.Outcome));
}

public class HttpRetryStrategyOptions : RetryStrategyOptions<HttpResponseMessage>
{
    public HttpRetryStrategyOptions()
    {
        ShouldHandle = static arguments => new(TransientFailure.Is(arguments.Outcome));
        BackoffType = DelayBackoffType.Exponential;
        MaxRetryAttempts = 3;
        Delay = TimeSpan.FromSeconds(2);
        UseJitter = true;
        ShouldRetryAfterHeader = true;
    }

    /// <summary>Whether a wait that the server names in Retry-After takes the place of the computed one.</summary>
    public bool ShouldRetryAfterHeader
    {
        get => DelayGenerator is not null;
        set => DelayGenerator = value ? static arguments => new(RetryAfter.Of(arguments.Outcome)) : null;
    }
}

[Experimental("EXTEXP0001")]
public static class HttpRetryStrategyOptionsExtensions
{
    /// <summary>Leaves requests that change something to their caller: POST, PUT, PATCH, DELETE and CONNECT are sent once.</summary>
    public static void DisableForUnsafeHttpMethods(this HttpRetryStrategyOptions options)
    {
        var handles = options.ShouldHandle;
        options.ShouldHandle = async arguments =>
            !UnsafeMethod.Is(arguments.Context) && await handles(arguments).ConfigureAwait(arguments.Context.ContinueOnCapturedContext);
    }
}

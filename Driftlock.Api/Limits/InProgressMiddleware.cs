using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Limits;

/// <summary>
/// As many requests at once as are answered in good time; one more is refused at once. Beyond capacity a queue only makes every answer late, and
/// goes on doing so when the rush is over. Comes before authentication, which asks the store: a refusal costs next to nothing.
/// </summary>
public sealed class InProgressMiddleware(RequestDelegate next, IOptions<RateLimitOptions> options)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private int _count;

    public async Task InvokeAsync(HttpContext context)
    {
        // Health is for anyone and must be heard in a rush above all; streams that stay open have a limit of their own.
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<IAllowAnonymous>() is not null || metadata?.GetMetadata<StaysOpen>() is not null)
        {
            await next(context);
            return;
        }
        try
        {
            if (Interlocked.Increment(ref _count) <= options.Value.InProgress) await next(context);
            else await LimitRefusal.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "overloaded", "the service has as many requests in progress as it may; try again", RetryAfter);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}

/// <summary>On an endpoint whose answer lasts as long as the client wants.</summary>
public sealed record StaysOpen;

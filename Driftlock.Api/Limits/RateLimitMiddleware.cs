using System.Globalization;
using Driftlock.Api.Auth;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Limits;

/// <summary>
/// One token of the caller's bucket and one of its tenant's for each request; of the address's for each attempt to sign in. Says what is left
/// in <c>RateLimit</c> and <c>RateLimit-Policy</c> (draft-ietf-httpapi-ratelimit-headers-10), and refuses with 429 and <c>Retry-After</c>.
/// </summary>
public sealed class RateLimitMiddleware(RequestDelegate next, TokenBuckets buckets, TenantLimits tenants, IOptions<RateLimitOptions> options)
{
    private const int SignInBurst = 20;

    public async Task InvokeAsync(HttpContext context)
    {
        foreach (var limit in await LimitsAsync(context))
        {
            var answer = await buckets.TakeAsync(limit, context.RequestAborted);
            Tell(context.Response, limit, answer);
            if (answer.IsTaken) continue;
            await RefuseAsync(context, limit, answer);
            return;
        }
        await next(context);
    }

    private async ValueTask<BucketLimit[]> LimitsAsync(HttpContext context)
    {
        var o = options.Value;
        if (Caller.TryFrom(context.User) is { } caller)
        {
            var tenant = await tenants.OfAsync(caller.TenantId, context.RequestAborted);
            var perSecond = Math.Min(o.TenantPerSecond, tenant.RequestsPerSecond);
            return
            [
                new BucketLimit("caller", caller.Id, o.CallerPerSecond, o.CallerBurst),
                new BucketLimit("tenant", string.Create(CultureInfo.InvariantCulture, $"tenant:{caller.TenantId}"), perSecond, (int)Math.Min(o.TenantBurst, Math.Max(1, 2 * perSecond))),
            ];
        }
        return context.GetEndpoint()?.Metadata.GetMetadata<LimitedByAddress>() is not null
            ? [new BucketLimit("sign-in", $"address:{context.Connection.RemoteIpAddress}", o.SignInPerMinute / 60, SignInBurst)]
            : [];
    }

    /// <summary>Of several limits the tighter one counts for who reads them; the last one written is the tenant's.</summary>
    private static void Tell(HttpResponse response, BucketLimit limit, BucketAnswer answer)
    {
        var window = Math.Max(1, (int)Math.Ceiling(limit.Burst / limit.PerSecond));
        response.Headers.Append("RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";q={limit.Burst};w={window}"));
        response.Headers.Append("RateLimit", string.Create(CultureInfo.InvariantCulture, $"\"{limit.Name}\";r={answer.Remaining};t={Seconds(answer.IsTaken ? TimeSpan.FromSeconds(window) : answer.RetryAfter)}"));
    }

    private static Task RefuseAsync(HttpContext context, BucketLimit limit, BucketAnswer answer)
    {
        var detail = string.Create(CultureInfo.InvariantCulture, $"more than {limit.PerSecond:0.##} requests a second of this {limit.Name}, and the burst of {limit.Burst} is used up");
        return LimitRefusal.WriteAsync(context, StatusCodes.Status429TooManyRequests, "rate_limited", detail, TimeSpan.FromSeconds(Seconds(answer.RetryAfter)));
    }

    /// <summary>Whole ones, at least one.</summary>
    private static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}

/// <summary>On an endpoint that anybody may call who has no key yet: each address has a bucket of its own.</summary>
public sealed record LimitedByAddress;

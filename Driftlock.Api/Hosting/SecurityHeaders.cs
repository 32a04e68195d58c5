namespace Driftlock.Api.Hosting;

/// <summary>Headers on every answer: it is data, no page; nobody frames it, runs it or keeps it (ASVS 5.0, 3.4).</summary>
internal static class SecurityHeaders
{
    private const string NothingOfIt = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>A year, as ASVS 3.4.1 asks; browsers heed it over TLS only, and RFC 6797 forbids to send it elsewhere.</summary>
    private const string StrictTransport = "max-age=31536000";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            // A page that an endpoint makes itself, such as evidence.html, has a policy of its own.
            if (headers.ContentSecurityPolicy.Count == 0) headers.ContentSecurityPolicy = NothingOfIt;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
            if (context.Request.IsHttps) headers.StrictTransportSecurity = StrictTransport;
            return Task.CompletedTask;
        });
        return next(context);
    });
}

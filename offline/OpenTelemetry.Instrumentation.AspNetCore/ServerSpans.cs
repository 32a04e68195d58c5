using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Routing;

namespace OpenTelemetry.Instrumentation.AspNetCore;

/// <summary>
/// Names and tags the framework's request spans by the semantic conventions for HTTP servers (stable since 1.23): from .NET 10 on the
/// framework can do it itself but leaves it off by default, and a filter needs the request anyway.
/// </summary>
internal sealed class ServerSpans : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";
    private const string Unhandled = "Microsoft.AspNetCore.Hosting.UnhandledException";
    private const string Handled = "Microsoft.AspNetCore.Diagnostics.HandledException";

    private readonly AspNetCoreTraceInstrumentationOptions _options;
    private readonly ConcurrentBag<IDisposable> _subscriptions = [];

    public ServerSpans(AspNetCoreTraceInstrumentationOptions options)
    {
        _options = options;
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.AspNetCore")
        {
            _subscriptions.Add(value.Subscribe(this, static (name, _, _) =>
                name is Request or Request + ".Start" or Request + ".Stop" or Unhandled or Handled));
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Activity.Current is not { OperationName: Request, IsAllDataRequested: true } span)
        {
            return;
        }

        switch (value.Key)
        {
            case Request + ".Start" when value.Value is HttpContext context:
                Start(span, context);
                break;
            case Request + ".Stop" when value.Value is HttpContext context:
                Stop(span, context);
                break;
            case Unhandled or Handled when value.Value?.GetType().GetProperty("exception")?.GetValue(value.Value) is Exception exception:
                span.SetTag("error.type", exception.GetType().FullName);
                break;
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        while (_subscriptions.TryTake(out var subscription))
        {
            subscription.Dispose();
        }
    }

    private void Start(Activity span, HttpContext context)
    {
        if (!Wanted(context))
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        var request = context.Request;
        span.DisplayName = Method(request.Method);
        span.SetTag("http.request.method", Method(request.Method));
        span.SetTag("url.scheme", request.Scheme);
        span.SetTag("url.path", (request.PathBase + request.Path).ToString());
        span.SetTag("network.protocol.version", request.Protocol.Replace("HTTP/", "", StringComparison.Ordinal));
        if (request.Host.HasValue)
        {
            span.SetTag("server.address", request.Host.Host);
            span.SetTag("server.port", request.Host.Port);
        }

        if (request.Headers.UserAgent is [{ Length: > 0 } agent, ..])
        {
            span.SetTag("user_agent.original", agent);
        }
    }

    private static void Stop(Activity span, HttpContext context)
    {
        var status = context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        if ((endpoint as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            var slashed = route.StartsWith('/') ? route : "/" + route;
            span.SetTag("http.route", slashed);
            span.DisplayName = $"{Method(context.Request.Method)} {slashed}";
        }

        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
            if (span.GetTagItem("error.type") is null)
            {
                span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private bool Wanted(HttpContext context)
    {
        try
        {
            return _options.Filter?.Invoke(context) ?? true;
        }
#pragma warning disable CA1031 // A filter's bug must not fail the request that it looks at.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Methods outside the known ones share one name, so that a stranger cannot make names without end.</summary>
    private static string Method(string method) =>
        method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "CONNECT" or "TRACE" ? method : "_OTHER";
}

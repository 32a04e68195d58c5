using Microsoft.AspNetCore.Http;

namespace OpenTelemetry.Instrumentation.AspNetCore;

public class AspNetCoreTraceInstrumentationOptions
{
    /// <summary>Requests for which it answers false, or throws, are not traced.</summary>
    public Func<HttpContext, bool>? Filter { get; set; }
}

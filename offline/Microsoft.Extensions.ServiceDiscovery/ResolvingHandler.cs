namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Puts the address of the service into each request just before it is sent, so that a retry asks for the next address.</summary>
internal sealed class ResolvingHandler(ServiceAddresses addresses) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.RequestUri;
        if (asked is null)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        request.RequestUri = addresses.Resolve(asked);
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            request.RequestUri = asked;
        }
    }
}

using System.Net;
using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>OWASP API9: what the document does not list is not there. That all it lists can be asked: Driftlock.Tests.Api.HttpFileTests.</summary>
[Collection(SharedApi.Name)]
public sealed class Api09InventoryTests(ApiHost host)
{
    [Theory]
    [InlineData("swagger")]
    [InlineData("swagger/v1/swagger.json")]
    [InlineData("scalar")]
    [InlineData("api/v0/anomalies")]
    [InlineData("api/v2/anomalies")]
    [InlineData("api/anomalies")]
    [InlineData("api/v1/debug")]
    [InlineData("api/v1/admin")]
    [InlineData("debug/pprof")]
    [InlineData("actuator/env")]
    [InlineData(".env")]
    [InlineData(".git/config")]
    [InlineData("appsettings.json")]
    [InlineData("_framework/blazor.web.js")]
    public async Task There_is_nothing_at_addresses_that_others_leave_open(string address)
    {
        var operatorKey = await host.Database.AddOperatorAsync();
        // Who is not known is not even told that there is nothing.
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Api.GetAsync(null, address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Api.GetAsync(operatorKey, address)).Status);
    }
}

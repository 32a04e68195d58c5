using System.Net;
using Driftlock.Api.Alerts;
using Driftlock.Tests.Api;
using Microsoft.Extensions.Options;

namespace Driftlock.Tests.Alerts;

/// <summary>OWASP API7, server-side request forgery: alerts reach nothing that only this service can reach.</summary>
[Collection(SharedApi.Name)]
public sealed class OutboundAddressTests(ApiHost host)
{
    private static OutboundAddresses Addresses(params string[] allowed) => new(Options.Create(new AlertOptions { AllowedNetworks = allowed }));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")] // Metadata of most clouds.
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")] // NAT64 of the metadata service.
    [InlineData("2002:a9fe:a9fe::1")] // 6to4 of it.
    [InlineData("2001:0:a9fe:a9fe::1")] // Teredo.
    [InlineData("fe80::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_not_reached(string address) => Assert.False(Addresses().IsAllowed(IPAddress.Parse(address)));

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946")]
    public void What_is_public_is(string address) => Assert.True(Addresses().IsAllowed(IPAddress.Parse(address)));

    [Fact]
    public void An_operator_may_allow_a_network_and_no_more() => Assert.Equal(
        (true, true, false),
        (Addresses("10.1.0.0/16").IsAllowed(IPAddress.Parse("10.1.2.3")), Addresses("10.1.0.0/16").IsAllowed(IPAddress.Parse("::ffff:10.1.2.3")), Addresses("10.1.0.0/16").IsAllowed(IPAddress.Parse("10.2.2.3"))));

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:10.0.0.1]:8080/")]
    [InlineData("gopher://example.org/")]
    [InlineData("https://admin@example.org/")]
    public async Task An_address_that_can_be_told_at_once_is_refused_at_once(string target)
    {
        var tenant = await host.AddTenantAsync();
        (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/alert-channels", $$"""{"name":"x","kind":"webhook","target":"{{target}}"}"""))
            .IsProblem(HttpStatusCode.BadRequest, "invalid_argument").Names("target");
    }

    [Fact]
    public async Task A_name_that_stands_for_this_machine_is_found_out_when_it_is_used()
    {
        var tenant = await host.AddTenantAsync();
        var channel = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/alert-channels", """{"name":"x","kind":"webhook","target":"https://localhost:9/"}""")).Json.GetProperty("channel").GetProperty("id");
        var test = (await host.Api.SendAsync(tenant.Admin, HttpMethod.Post, $"api/v1/admin/alert-channels/{channel}/test")).Json;
        Assert.Equal("the address lies in a private or reserved network", test.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = context =>
        {
            context.Response.Redirect(receiver.Address + "/inner");
            return Task.CompletedTask;
        };
        await using var api = await ApiServer.StartAsync(host.Database.ConnectionString, ("Alerts__AllowedNetworks__0", "127.0.0.0/8"), ("Alerts__AllowHttp", "true"));
        var tenant = await host.AddTenantAsync();
        var channel = (await api.SendAsync(tenant.Admin, HttpMethod.Post, "api/v1/admin/alert-channels", $$"""{"name":"x","kind":"webhook","target":"{{receiver.Address}}/outer"}""")).Json.GetProperty("channel").GetProperty("id");
        var test = (await api.SendAsync(tenant.Admin, HttpMethod.Post, $"api/v1/admin/alert-channels/{channel}/test")).Json;
        Assert.Equal("the receiver answered 302", test.GetProperty("error").GetString());
        Assert.Equal("/outer", Assert.Single(receiver.All).Path);
    }
}

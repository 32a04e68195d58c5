using Driftlock.Tests.Api;

namespace Driftlock.Tests.Security;

/// <summary>ASVS 16.5.1: an error says what the caller can do about it, and nothing of what is inside.</summary>
[Collection(SharedApi.Name)]
public sealed class Asvs16ErrorTests(ApiHost host)
{
    private static readonly string[] Inside = ["   at ", "Exception", "Npgsql", "Microsoft.", "System.", "SELECT ", ".cs:", "StackTrace"];

    private static readonly string[] Nasty =
    [
        "%00", "%ff%fe", "'", "\"", "%27;DROP TABLE anomalies--", "%25%25", "..%2f..%2f", "%0d%0aX-Injected: 1", "%F0%9F%92%A9", "-1",
        "9223372036854775808", "1e309", "{}", "%5C", "0001-01-01", "9999-12-31T23:59:59.9999999Z",
    ];

    [Fact]
    public async Task No_query_makes_the_service_fail_or_talk_about_itself()
    {
        var tenant = await host.AddTenantAsync();
        var wrong = new List<string>();
        foreach (var name in (string[])["stream", "service", "signal", "severity", "status", "minScore", "maxP", "from", "to", "text", "limit", "cursor", "sort"])
        {
            foreach (var value in Nasty)
            {
                foreach (var list in (string[])["anomalies", "streams"])
                {
                    Check(await host.Api.GetAsync(tenant.Read, $"api/v1/{list}?{name}={value}"), $"{list}?{name}={value}", wrong);
                }
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_path_makes_the_service_fail_or_talk_about_itself()
    {
        var tenant = await host.AddTenantAsync();
        var wrong = new List<string>();
        foreach (var value in Nasty)
        {
            foreach (var path in (string[])["anomalies/{0}", "anomalies/{0}/evidence", "streams/{0}", "admin/api-keys/{0}", "{0}"])
            {
                var address = "api/v1/" + path.Replace("{0}", value, StringComparison.Ordinal);
                Check(await host.Api.GetAsync(tenant.Admin, address), address, wrong);
            }
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("PATCH", "api/v1/anomalies/0-0-0/status")]
    [InlineData("POST", "api/v1/admin/api-keys")]
    [InlineData("POST", "api/v1/events")]
    public async Task No_body_makes_the_service_fail_or_talk_about_itself(string method, string address)
    {
        var tenant = await host.AddTenantAsync();
        var wrong = new List<string>();
        string[] bodies =
        [
            "", "{", "null", "[]", "1", "\"\\ud800\"", """{"name":"\ud800","role":"read"}""", """{"status":"acknowledged","notes":"\ud800"}""",
            new string('[', 10_000), $$"""{"name":"{{new string('x', 100_000)}}","role":"read"}""", """{"name":{"a":1},"role":[]}""",
            """{"name":"x","role":"read","expiresAt":"9999-12-31T23:59:59.9999999Z"}""",
            """{"name":"x","role":"read","expiresAt":"99999-01-01"}""", """{"service":"a","message":"\u0000"}""",
            """{"service":"\ud800","message":"x","attributes":{"a":{"b":[1,{"c":null}]}}}""",
        ];
        foreach (var body in bodies) Check(await host.Api.SendAsync(tenant.Admin, new HttpMethod(method), address, body), body[..Math.Min(80, body.Length)], wrong);
        Assert.Empty(wrong);
    }

    private static void Check(ApiAnswer answer, string what, List<string> wrong)
    {
        if ((int)answer.Status >= 500) wrong.Add($"{what}: {(int)answer.Status}");
        foreach (var word in Inside)
        {
            if (answer.Body.Contains(word, StringComparison.Ordinal)) wrong.Add($"{what}: says '{word}'");
        }
        if (answer.Response.Headers.Contains("X-Injected")) wrong.Add($"{what}: injects a header");
    }
}

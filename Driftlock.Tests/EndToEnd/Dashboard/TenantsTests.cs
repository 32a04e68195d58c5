using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>Who sees what: two tenants, a viewer, a key that is revoked.</summary>
[Collection(EndToEnd.Name)]
public sealed class TenantsTests(Deployment deployment, Browser browser)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_tenant_sees_an_empty_system_that_says_how_to_begin_and_nothing_of_the_first()
    {
        var shop = await deployment.ShopAsync();
        var key = (await PostAsync("admin/tenants", new { name = $"tenant {Guid.NewGuid():N}", tier = "unlimited" })).GetProperty("adminKey").GetString()!;
        await using var session = await OpenAsync(key);
        var page = session.Page;
        await Assertions.Expect(page.Locator("[data-arrival=waiting]")).ToBeVisibleAsync();
        foreach (var path in (string[])["/anomalies", "/incidents", "/streams", "/analytics", "/live"])
        {
            await page.GotoAsync(path);
            await page.Locator("main h1").WaitForAsync();
            await Assertions.Expect(page.Locator("tr[data-row]")).ToHaveCountAsync(0);
            Assert.DoesNotContain(shop.Log.Service, await page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        }
        Assert.Empty(session.Problems);
        foreach (var path in (string[])[$"/anomalies/{shop.Log.Id}", $"/streams/{shop.StreamId}", $"/incidents/{shop.IncidentId}"])
        {
            var answer = await page.GotoAsync(path);
            Assert.Equal(404, answer!.Status);
            await Assertions.Expect(page.Locator("[data-problem=NotFound]")).ToBeVisibleAsync();
        }

        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a key for it" }).ClickAsync();
        await page.GetByRole(AriaRole.Tab, new() { Name = "Shell" }).ClickAsync();
        await Assertions.Expect(page.Locator("#snippet-text")).ToContainTextAsync("Bearer dlk_");
        var made = System.Text.RegularExpressions.Regex.Match(await page.Locator("#snippet-text").InnerTextAsync(), "dlk_[A-Za-z0-9]+").Value;
        using var record = new HttpRequestMessage(HttpMethod.Post, "/api/v1/events") { Content = JsonContent.Create(new { service = "checkout", message = "order 4711 paid in 182 ms" }) };
        record.Headers.Authorization = new("Bearer", made);
        using var sent = await deployment.Api.SendAsync(record, Cancellation);
        Assert.True(sent.IsSuccessStatusCode);
        await Assertions.Expect(page.Locator("[data-arrival=arrived]")).ToBeVisibleAsync(new() { Timeout = 20_000 });
    }

    [Fact]
    public async Task A_viewer_sees_and_may_not_change_and_is_told_so_by_administration()
    {
        var shop = await deployment.ShopAsync();
        var key = (await PostAsync("admin/api-keys", new { name = "viewer", role = "read" })).GetProperty("secret").GetString()!;
        await using var session = await OpenAsync(key);
        var page = session.Page;
        await page.GotoAsync($"/anomalies/{shop.Log.Id}");
        await page.Locator("section.costliest").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToHaveCountAsync(0);
        await page.GotoAsync($"/streams/{shop.StreamId}");
        await page.Locator("section.settings").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
        await page.GotoAsync("/admin/keys");
        await Assertions.Expect(page.Locator("[data-problem=NotAllowed]")).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }

    [Fact]
    public async Task A_key_that_is_revoked_leads_back_to_signing_in()
    {
        var made = await PostAsync("admin/api-keys", new { name = "soon gone", role = "read" });
        await using var session = await OpenAsync(made.GetProperty("secret").GetString()!);
        using var revoked = await deployment.Api.DeleteAsync($"/api/v1/admin/api-keys/{made.GetProperty("id").GetString()}", Cancellation);
        Assert.True(revoked.IsSuccessStatusCode);
        await session.Page.GotoAsync("/anomalies");
        await session.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with another key" }).ClickAsync();
        await Assertions.Expect(session.Page.GetByText("Your key was no longer accepted")).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }

    private async Task<Session> OpenAsync(string key)
    {
        var session = await browser.OpenAsync(deployment.Web);
        await session.Page.GotoAsync("/");
        await session.SignInAsync(key);
        return session;
    }

    private async Task<JsonElement> PostAsync(string address, object body)
    {
        using var answer = await deployment.Api.PostAsJsonAsync($"/api/v1/{address}", body, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }
}

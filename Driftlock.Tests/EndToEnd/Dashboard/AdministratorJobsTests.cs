using System.Net.Http.Json;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What an administrator comes for, on each page, by mouse and again by keyboard.</summary>
[Collection(EndToEnd.Name)]
public sealed class AdministratorJobsTests(Deployment deployment, Browser browser)
{
    private static readonly string Name = $"n{Guid.NewGuid():N}"[..9];

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task The_configuration_is_tried_on_past_data_saved_and_stands_in_the_history(string with) => OnAsync("configuration", with, async (page, hands) =>
    {
        var idle = page.GetByRole(AriaRole.Textbox, new() { Name = "A window closes after idle seconds" });
        var before = await idle.InputValueAsync();
        await hands.TypeAsync(idle, "soon");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("idle seconds");
        await hands.TypeAsync(idle, with == "mouse" ? "301" : "302");
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Why" }), $"tried by {with}");
        await hands.PressAsync(page.Button("Preview on the last 7 days"));
        await Assertions.Expect(page.Locator(".outcome")).ToContainTextAsync("over the last 7 days:", new() { Timeout = 60_000 });
        await hands.PressAsync(page.Button("Save"));
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("section[aria-labelledby=history-title] tbody tr").First).ToContainTextAsync($"tried by {with}");
        await hands.TypeAsync(idle, before);
        await hands.PressAsync(page.Button("Save"));
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task A_key_is_made_shown_once_rotated_and_revoked(string with) => OnAsync("keys", with, async (page, hands) =>
    {
        var name = $"{Name} {with}";
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }), name);
        await hands.ChooseAsync(page.GetByLabel("Role"), "analyst");
        await hands.PressAsync(page.Button("Make a key"));
        await Assertions.Expect(page.Locator("#secret")).ToContainTextAsync("dlk_");
        await hands.PressAsync(page.Button("Copy"));
        Assert.Equal(await page.Locator("#secret").InnerTextAsync(), await page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await hands.PressAsync(page.Button($"Rotate {name}").First);
        await Assertions.Expect(page.Button($"Revoke {name}")).ToHaveCountAsync(2);
        await hands.PressAsync(page.Button($"Revoke {name}").First);
        await Assertions.Expect(page.GetByText("Revoked.", new() { Exact = false }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Button($"Revoke {name}")).ToHaveCountAsync(1);
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task A_user_is_made_disabled_and_deleted(string with) => OnAsync("users", with, async (page, hands) =>
    {
        var email = $"{Name}.{with}@example.org";
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "E-mail address" }), email);
        await hands.ChooseAsync(page.GetByLabel("Role"), "analyst");
        await hands.PressAsync(page.Button("Make a user"));
        await Assertions.Expect(page.Locator("#secret")).ToBeVisibleAsync();
        await hands.PressAsync(page.Button($"Disable {email}"));
        await Assertions.Expect(page.GetByText("Disabled; the user's sessions have ended.")).ToBeVisibleAsync();
        await hands.PressAsync(page.Button($"Delete {email}"));
        await Assertions.Expect(page.GetByText("Deleted.", new() { Exact = false })).ToBeVisibleAsync();
        await Assertions.Expect(page.Button($"Delete {email}")).ToHaveCountAsync(0);
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task Maintenance_is_planned_for_a_service_and_taken_away(string with) => OnAsync("maintenance", with, async (page, hands) =>
    {
        var service = $"{Name}-{with}";
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Service" }), service);
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Reason" }), "a new disk");
        await hands.PressAsync(page.Button("Suppress"));
        await Assertions.Expect(page.Locator("tr[data-row]", new() { HasText = service })).ToContainTextAsync("a new disk");
        await hands.PressAsync(page.Button($"Take away the window of {service}"));
        await Assertions.Expect(page.GetByText("Taken away; alarms are told again.")).ToBeVisibleAsync();
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task A_channel_is_refused_where_it_must_not_lead_added_tested_switched_off_and_deleted(string with) => OnAsync("alerts", with, async (page, hands) =>
    {
        var name = $"{Name} {with}";
        var target = page.GetByRole(AriaRole.Textbox, new() { Name = "Address, or PagerDuty" });
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }), name);
        await hands.TypeAsync(target, "https://169.254.169.254/latest");
        await hands.PressAsync(page.Button("Add"));
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("target");
        await hands.TypeAsync(target, "https://hooks.example.org/driftlock");
        await hands.PressAsync(page.Button("Add"));
        await Assertions.Expect(page.Locator("#secret")).ToContainTextAsync("whsec_");
        await hands.PressAsync(page.Button($"Test {name}"));
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await hands.PressAsync(page.Button($"Switch {name} off"));
        await Assertions.Expect(page.GetByText("Switched off; what waits is kept.")).ToBeVisibleAsync();
        await hands.PressAsync(page.Button($"Delete {name}"));
        await Assertions.Expect(page.GetByText("Deleted.")).ToBeVisibleAsync();
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task A_tenant_is_made_and_disabled(string with) => OnAsync("tenants", with, async (page, hands) =>
    {
        var name = $"{Name} {with}";
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Name" }), name);
        await hands.PressAsync(page.Button("Make a tenant"));
        await Assertions.Expect(page.Locator("#secret")).ToContainTextAsync("dlk_");
        await hands.PressAsync(page.Button($"Disable {name}"));
        await Assertions.Expect(page.GetByText("Disabled: its keys and users get 401, nothing is deleted.")).ToBeVisibleAsync();
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task The_audit_log_is_narrowed_to_one_action_and_its_chain_checked(string with) => OnAsync("audit", with, async (page, hands) =>
    {
        using var made = await deployment.Api.PostAsJsonAsync("/api/v1/admin/api-keys", new { name = $"{Name} {with}, for the audit log", role = "read" }, TestContext.Current.CancellationToken);
        Assert.True(made.IsSuccessStatusCode);
        await hands.TypeAsync(page.GetByRole(AriaRole.Textbox, new() { Name = "Action" }), "api-key.create");
        await hands.PressAsync(page.Button("Filter"));
        await page.WaitForURLAsync(url => url.Contains("does=api-key.create", StringComparison.Ordinal));
        // The address changes before the page does; what the server wrote into the field is there with the new one.
        await Assertions.Expect(page.Locator("input[name=does][value='api-key.create']")).ToBeAttachedAsync();
        await page.Locator("main tbody tr").First.WaitForAsync();
        Assert.All(await page.Locator("main tbody tr").AllInnerTextsAsync(), text => Assert.Contains("api-key.create", text, StringComparison.Ordinal));
        await hands.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Check the chain" }));
        await Assertions.Expect(page.Locator("main .notice")).ToContainTextAsync("Intact");
    });

    [Theory]
    [MemberData(nameof(Hands.Both), MemberType = typeof(Hands))]
    public Task A_way_to_send_is_chosen_and_gets_a_key(string with) => OnAsync("send", with, async (page, hands) =>
    {
        await hands.PressAsync(page.Button("Make a key for it"));
        await page.GetByRole(AriaRole.Tab).First.ClickAsync();
        await hands.PressAsync(page.GetByRole(AriaRole.Tab, new() { Selected = true }));
        await Assertions.Expect(page.Locator("#snippet-text")).ToContainTextAsync("dlk_");
    });

    private async Task OnAsync(string name, string with, Func<IPage, Hands, Task> job)
    {
        var shop = await deployment.ShopAsync();
        await using var session = await browser.OpenSignedInAsync(deployment, width: 1440);
        await session.Page.OpenAsync(shop, name);
        await job(session.Page, new Hands(session.Page, with));
        Assert.Empty(session.Problems);
    }
}

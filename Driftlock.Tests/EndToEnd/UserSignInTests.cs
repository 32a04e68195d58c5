using System.Net.Http.Json;
using System.Text.Json;
using Driftlock.Tests.Accounts;
using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd;

/// <summary>A user signs in to the dashboard, with a second factor once it is on.</summary>
[Collection(EndToEnd.Name)]
public sealed class UserSignInTests(Deployment deployment, Browser browser)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_password_and_then_with_a_code_as_well()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        var made = await PostAsync("admin/users", new { email, role = "analyst" });
        var password = made.GetProperty("password").GetString()!;
        await using var session = await browser.SignInAsync(deployment);
        await SignInAsync(session.Page, email, "not the password", null);
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("is wrong");
        await SignInAsync(session.Page, email, password, null);
        await Assertions.Expect(session.Page.GetByText(email)).ToBeVisibleAsync();
        await Assertions.Expect(session.Page.GetByText("analyst")).ToBeVisibleAsync();

        var token = (await PostAsync("auth/sign-in", new { email, password })).GetProperty("token").GetString()!;
        var key = (await PostAsync("auth/second-factor", new { }, token)).GetProperty("key").GetString()!;
        await PostAsync("auth/second-factor/confirm", new { code = Totp.Code(key) }, token);
        await SignInAsync(session.Page, email, password, null);
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("authenticator");
        await SignInAsync(session.Page, email, password, Totp.Code(key, 1), isOpen: true);
        await Assertions.Expect(session.Page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        Assert.Empty(session.Problems);
    }

    private static async Task SignInAsync(IPage page, string email, string password, string? code, bool isOpen = false)
    {
        if (!isOpen)
        {
            await page.Context.ClearCookiesAsync();
            await page.GotoAsync("/sign-in");
        }
        await page.GetByLabel("E-mail address").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        if (code is not null) await page.GetByLabel("Code of your authenticator").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    private async Task<JsonElement> PostAsync(string address, object body, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{address}") { Content = JsonContent.Create(body) };
        if (token is not null)
        {
            // The client of the deployment has its own key in another header, which a bearer token goes before.
            request.Headers.Authorization = new("Bearer", token);
        }
        using var answer = await deployment.Api.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text.Length == 0 ? "{}" : text);
    }
}

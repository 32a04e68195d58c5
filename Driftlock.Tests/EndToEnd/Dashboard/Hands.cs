using Microsoft.Playwright;

namespace Driftlock.Tests.EndToEnd.Dashboard;

/// <summary>What a person uses a page with. By keyboard a control is reached with Tab alone: one that Tab does not come to fails the test.</summary>
/// <param name="page">The page.</param>
/// <param name="with">mouse or keyboard.</param>
internal sealed class Hands(IPage page, string with)
{
    private const int MostTabs = 250;

    public static TheoryData<string> Both => ["mouse", "keyboard"];

    private bool HasMouse => with == "mouse";

    /// <summary>A button or a link.</summary>
    public async Task PressAsync(ILocator target)
    {
        await Assertions.Expect(target).ToBeEnabledAsync();
        if (HasMouse)
        {
            await target.ClickAsync();
            return;
        }
        await ReachAsync(target);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Writes over what stands in a field.</summary>
    public async Task TypeAsync(ILocator field, string text)
    {
        await Assertions.Expect(field).ToBeEditableAsync();
        if (HasMouse) await field.ClickAsync();
        else await ReachAsync(field);
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>The option of a list that begins with these letters.</summary>
    public async Task ChooseAsync(ILocator list, string value)
    {
        await Assertions.Expect(list).ToBeEnabledAsync();
        if (HasMouse)
        {
            await list.SelectOptionAsync(value);
            return;
        }
        await ReachAsync(list);
        await page.Keyboard.TypeAsync(value);
        await Assertions.Expect(list).ToHaveValueAsync(value);
    }

    private async Task ReachAsync(ILocator target)
    {
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"{MostTabs} times Tab did not come to {target}");
    }
}

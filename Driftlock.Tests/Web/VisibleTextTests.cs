using Driftlock.Web.Components.Parts;

namespace Driftlock.Tests.Web;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain \u2713 \U0001F4A5 \t\n", "plain \u2713 \U0001F4A5 \t\n")]
    [InlineData("\u001b[31mred", "\u241b[31mred")]
    [InlineData("user=\u202egnp.exe", "user=\ufffdgnp.exe")]
    [InlineData("a\0b\u007f", "a\u2400b\u2421")]
    [InlineData("\u2066x\u2069\u0085", "\ufffdx\ufffd\ufffd")]
    public void What_deceives_the_eye_becomes_visible_at_the_same_place(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced()
    {
        Assert.Equal("a\uFFFD", VisibleText.Of("a" + '\uD83D'));
        Assert.Equal("\uFFFDa", VisibleText.Of('\uDCA5' + "a"));
    }
}

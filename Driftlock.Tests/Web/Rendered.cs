using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Driftlock.Web.Hosting;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Driftlock.Tests.Web;

/// <summary>A component as a browser would parse it.</summary>
internal static class Rendered
{
    public static async Task<IDocument> AsDocumentAsync<TComponent>(params (string Name, object? Value)[] parameters)
        where TComponent : IComponent
    {
        await using var services = new ServiceCollection()
            .AddSingleton(new SendAddresses("https://drift.example/api", "https://drift.example:4318", "https://drift.example:4317"))
            .AddSingleton<AntiforgeryStateProvider, NoAntiforgery>()
            .BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var view = ParameterView.FromDictionary(parameters.ToDictionary(p => p.Name, p => p.Value));
            return (await renderer.RenderComponentAsync<TComponent>(view)).ToHtmlString();
        });
        return await new HtmlParser().ParseDocumentAsync(html);
    }

    private sealed class NoAntiforgery : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}

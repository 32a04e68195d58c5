using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Driftlock.Web.ApiClient;

/// <summary>Files that are judged and forgotten, or kept.</summary>
public sealed partial class DriftlockApi
{
    /// <summary>
    /// Sends a file and hands out the lines of the answer as they come; a failure of the way there or back is a line with a problem, and the last.
    /// </summary>
    /// <param name="file">Read once, to its end.</param>
    /// <param name="name">Of the file.</param>
    /// <param name="format">auto, text, ndjson, otlp-json or csv.</param>
    /// <param name="falseDiscoveryRate">In ]0, 1[; the tenant's own when absent.</param>
    /// <param name="cancellation">Ends the judging.</param>
    public async IAsyncEnumerable<PlaygroundLine> JudgeAsync(
        Stream file, string name, string format, double? falseDiscoveryRate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var address = Address(
            "api/v1/playground", ("name", name), ("format", format), ("falseDiscoveryRate", falseDiscoveryRate?.ToString(CultureInfo.InvariantCulture)));
        using var request = Request(HttpMethod.Post, address, await caller.KeyAsync());
        request.Content = Bytes(file);
        var answer = await OpenAsync(request, cancellation);
        if (answer.Problem is { } problem)
        {
            yield return Failed(problem);
            yield break;
        }

        using var received = answer.Value!;
        using var reader = new StreamReader(await received.Content.ReadAsStreamAsync(cancellation));
        while (true)
        {
            var (line, broken) = await NextAsync(reader, cancellation);
            if (broken is not null)
                yield return Failed(broken);
            if (line is null)
                yield break;
            yield return line;
        }
    }

    /// <summary>Sends a file as telemetry: its events are kept and judged like any others.</summary>
    /// <param name="file">Read once, to its end.</param>
    /// <param name="name">Of the file; lines become a stream of this service.</param>
    /// <param name="format">auto, text, ndjson, otlp-json or csv.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<ApiAnswer<KeptFile>> KeepAsync(Stream file, string name, string format, CancellationToken cancellation)
    {
        var request = await ChangeAsync(HttpMethod.Post, Address("api/v1/events/file", ("name", name), ("format", format)));
        request.Content = Bytes(file);
        return await SendAsync(request, ApiJson.Default.KeptFile, cancellation);
    }

    private static StreamContent Bytes(Stream file) => new(file) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    private static PlaygroundLine Failed(ApiProblem problem) => new() { Problem = new PlaygroundProblem(problem.Code.Length > 0 ? problem.Code : problem.Kind.ToString(), problem.Detail) };

    private static async Task<(PlaygroundLine? Line, ApiProblem? Broken)> NextAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation) is { } text ? (JsonSerializer.Deserialize(text, ApiJson.Default.PlaygroundLine), null) : (null, null);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (null, new ApiProblem(ApiProblemKind.Unreachable));
        }
        catch (JsonException)
        {
            return (null, new ApiProblem(ApiProblemKind.Unreadable));
        }
    }
}

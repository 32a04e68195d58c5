using System.Diagnostics;

namespace Driftlock.Tests.Reliability;

/// <summary>
/// Programs that send numbered logs, half of them over gRPC, and try again as OTLP asks. A few give a request up at its first failure,
/// as programs do that end: what they sent may be in the log once or not at all.
/// </summary>
/// <param name="seed">Decides who gives up, and how long the pauses are.</param>
/// <param name="logs">What is sent.</param>
/// <param name="ledger">Where it is written down what became of it.</param>
/// <param name="turn">Returns when the next request may be sent.</param>
/// <param name="first">The request to begin with.</param>
internal sealed class Senders(int seed, NumberedLogs logs, Ledger ledger, Func<Task> turn, int first = 0)
{
    private const int Programs = 4;
    private const int RequestsASecond = 90;

    private readonly Lock _generating = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private int _next = first - 1;
    private volatile bool _isStopped;

    /// <summary>The first request that nobody took up.</summary>
    public int Next => Math.Min(Volatile.Read(ref _next) + 1, ledger.Requests);

    public Task RunAsync(Uri grpc, Uri http, string apiKey, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Programs).Select(program =>
            Task.Run(() => SendAsync(program, program % 2 == 0 ? grpc : http, program % 2 == 0, apiKey, cancellationToken), cancellationToken)));

    /// <summary>No further request is taken up; <see cref="RunAsync"/> ends once those on their way are settled.</summary>
    public void Stop() => _isStopped = true;

    private async Task SendAsync(int program, Uri address, bool isGrpc, string apiKey, CancellationToken cancellationToken)
    {
        using var client = new OtlpClient(address, isGrpc, apiKey);
        var random = new Random(seed + program);
        while (!_isStopped)
        {
            await turn();
            var request = Interlocked.Increment(ref _next);
            if (request >= ledger.Requests) return;
            await PaceAsync(request, cancellationToken);
            byte[] body;
            lock (_generating) body = logs.Request(request);
            await SendUntilSettledAsync(client, request, body, mayGiveUp: random.Next(20) == 0, random, cancellationToken);
        }
    }

    private async Task SendUntilSettledAsync(
        OtlpClient client, int request, byte[] body, bool mayGiveUp, Random random, CancellationToken cancellationToken)
    {
        var pause = 40.0;
        while (true)
        {
            ledger.Attempted();
            switch (await client.SendAsync(body, cancellationToken))
            {
                case Answer.Acknowledged:
                    ledger.Acknowledge(request);
                    return;
                case Answer.Refused:
                    ledger.Refuse(client.Reason ?? "");
                    return;
                case Answer.TryAgain when mayGiveUp:
                    ledger.GiveUp();
                    return;
            }
            // Exponential with jitter, unless the answer names a time.
            var wait = client.RetryAfter ?? TimeSpan.FromMilliseconds(pause * (0.5 + random.NextDouble()));
            pause = Math.Min(pause * 2, 500);
            await Task.Delay(wait, cancellationToken);
        }
    }

    /// <summary>Holds the rate down, so that there is something on its way at every moment of the run.</summary>
    private async Task PaceAsync(int request, CancellationToken cancellationToken)
    {
        var early = TimeSpan.FromSeconds((double)(request - first) / RequestsASecond) - Stopwatch.GetElapsedTime(_started);
        if (early > TimeSpan.Zero) await Task.Delay(early, cancellationToken);
    }
}

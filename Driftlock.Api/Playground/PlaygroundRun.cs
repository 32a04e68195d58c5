using System.Threading.Channels;
using Driftlock.Api.Ingest;
using Driftlock.Cbad;
using Driftlock.Telemetry.Files;

namespace Driftlock.Api.Playground;

/// <summary>
/// One file from its arrival to the last line of the answer. Judging is synchronous and takes a processor, so it has a thread of its own, a few lines
/// ahead of the client.
/// </summary>
internal sealed class PlaygroundRun : IAsyncDisposable
{
    private const int LinesAhead = 16;

    private readonly Channel<byte[]> _lines = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(LinesAhead) { SingleReader = true, SingleWriter = true });
    private readonly IDisposable _turn;
    private readonly RequestBody _body;
    private readonly PlaygroundOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _aborted;
    private readonly CancellationTokenSource _patience;
    private readonly CancellationTokenSource _stop;
    private Task _judging = Task.CompletedTask;
    private bool _isDisposed;

    public PlaygroundRun(IDisposable turn, InFlightBytes inFlight, PlaygroundOptions options, TimeProvider time, CancellationToken aborted)
    {
        (_turn, _options, _time, _aborted) = (turn, options, time, aborted);
        _body = new RequestBody(inFlight, options.MaxBytes);
        _patience = new CancellationTokenSource(options.Patience, time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_patience.Token, aborted);
    }

    /// <exception cref="TooSlowException">It did not arrive in time.</exception>
    /// <exception cref="BodyTooLargeException">More than <see cref="PlaygroundOptions.MaxBytes"/>.</exception>
    public async Task ReadAsync(Stream file)
    {
        try
        {
            await _body.ReadAsync(file, gzip: false, _stop.Token);
        }
        catch (OperationCanceledException) when (_patience.IsCancellationRequested)
        {
            throw new TooSlowException(_options.Patience);
        }
    }

    /// <summary>Begins to judge what was read, and ends when there is a first line.</summary>
    /// <exception cref="FileFormatException">The file is not of its format (or broken gzip), or holds no event.</exception>
    /// <exception cref="TooSlowException">The first line did not come in time.</exception>
    /// <exception cref="BodyTooLargeException">More than <see cref="PlaygroundOptions.MaxUnpackedBytes"/> after decompression.</exception>
    public async Task StartAsync(string name, string format, EngineConfiguration configuration)
    {
        _judging = Task.Factory.StartNew(() => Judge(name, format, configuration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _lines.Reader.WaitToReadAsync(_aborted);
    }

    /// <summary>Each line as soon as it is there; a failure is the last.</summary>
    public async Task WriteAsync(Stream output)
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(_aborted)) await WriteAsync(output, line);
        }
        catch (Exception failure) when (PlaygroundFailure.Of(failure) is { } known)
        {
            await WriteAsync(output, PlaygroundLines.Problem(known));
        }
    }

    /// <summary>Ends the work, wherever it is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await _stop.CancelAsync();
        await _judging;
        Release();
        _stop.Dispose();
        _patience.Dispose();
    }

    private async Task WriteAsync(Stream output, byte[] line)
    {
        await output.WriteAsync(line, _aborted);
        await output.FlushAsync(_aborted);
    }

    private void Judge(string name, string format, EngineConfiguration configuration)
    {
        Exception? ended = null;
        try
        {
            var stop = _stop.Token;
            using var file = _body.OpenRead();
            var total = UnpackedLength.Of(file, _options.MaxUnpackedBytes, stop);
            using var input = new ScanInput(name, file);
            // The channel is full while the client reads slowly; this thread has nothing else to do.
            new PlaygroundScan(input, configuration, total, _time, line => _lines.Writer.WriteAsync(line, stop).AsTask().GetAwaiter().GetResult(), stop).Run(format);
        }
        catch (OperationCanceledException) when (_patience.IsCancellationRequested)
        {
            ended = new TooSlowException(_options.Patience);
        }
        // The client's request hears of it, where there is a place for it.
        catch (Exception failure)
        {
            ended = failure;
        }
        // Who reads the end may send the next file.
        Release();
        _lines.Writer.Complete(ended);
    }

    private void Release()
    {
        _body.Dispose();
        _turn.Dispose();
    }
}

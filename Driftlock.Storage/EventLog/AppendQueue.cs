using System.Threading.Channels;

namespace Driftlock.Storage.EventLog;

/// <summary>Requests that wait for a common transaction: bounded in number and bytes, refused at once beyond either.</summary>
internal sealed class AppendQueue(EventLogOptions options)
{
    private readonly Channel<PendingAppend> _channel = Channel.CreateBounded<PendingAppend>(
        new BoundedChannelOptions(options.QueueRequests) { SingleReader = true });

    private long _bytes;

    public bool TryAdd(PendingAppend pending)
    {
        if (Interlocked.Add(ref _bytes, pending.Bytes) <= options.QueueBytes && _channel.Writer.TryWrite(pending)) return true;
        Interlocked.Add(ref _bytes, -pending.Bytes);
        return false;
    }

    /// <summary>Waits for a request, then takes what else is there, within the bounds of a batch.</summary>
    public async Task<List<PendingAppend>> TakeBatchAsync(CancellationToken cancellationToken)
    {
        var batch = new List<PendingAppend>();
        long bytes = 0;
        if (!await _channel.Reader.WaitToReadAsync(cancellationToken)) return batch;
        while (batch.Count < options.BatchRequests && bytes < options.BatchBytes && _channel.Reader.TryRead(out var pending))
        {
            batch.Add(pending);
            bytes += pending.Bytes;
        }
        Interlocked.Add(ref _bytes, -bytes);
        return batch;
    }

    public void Close() => _channel.Writer.TryComplete();
}

internal sealed class PendingAppend(AppendRequest request)
{
    public AppendRequest Request { get; } = request;

    public long Bytes { get; } = request.PayloadBytes;

    // Continuations must not run on the writer's thread: it has the next batch to commit.
    public TaskCompletionSource<AppendOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

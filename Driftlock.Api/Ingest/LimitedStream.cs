namespace Driftlock.Api.Ingest;

/// <summary>Passes the reads of a request's body through and refuses to go beyond a number of bytes.</summary>
internal sealed class LimitedStream(Stream source, int limit) : ReadOnlyStream
{
    private long _read;

    /// <exception cref="InvalidDataException">The framing is broken, or the sender is gone.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await source.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new InvalidDataException("the body cannot be read to its end", e);
        }
        _read += read;
        return _read > limit ? throw new BodyTooLargeException(limit) : read;
    }
}

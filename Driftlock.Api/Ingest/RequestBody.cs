using System.Buffers;
using System.IO.Compression;

namespace Driftlock.Api.Ingest;

/// <summary>
/// A request body, read and decompressed into pooled memory under two limits: of one body (before and after decompression, so that a
/// small bomb is stopped while it unfolds) and of all bodies together.
/// </summary>
public sealed class RequestBody(InFlightBytes inFlight, int limit) : IDisposable
{
    private const int FirstBytes = 64 << 10;

    private byte[] _bytes = [];
    private int _length;
    private long _reserved;

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, _length);

    /// <summary><see cref="Memory"/> as a stream from its beginning; good for as long as this is not disposed of.</summary>
    public MemoryStream OpenRead() => new(_bytes, 0, _length, writable: false);

    /// <exception cref="BodyTooLargeException">More than the limit, compressed or not.</exception>
    /// <exception cref="BodyMemoryException">All bodies together would hold too much.</exception>
    /// <exception cref="InvalidDataException">Not gzip, though it says so.</exception>
    public async Task ReadAsync(Stream source, bool gzip, CancellationToken cancellationToken)
    {
        await using var limited = new LimitedStream(source, limit);
        if (!gzip)
        {
            await FillAsync(limited, limit, cancellationToken);
            return;
        }
        await using var closed = new GzipSeal(limited);
        await using var plain = new GZipStream(closed, CompressionMode.Decompress, leaveOpen: true);
        await FillAsync(plain, limit + GzipSeal.Plain.Length, cancellationToken);
        if (!Memory.Span.EndsWith(GzipSeal.Plain)) throw new InvalidDataException("gzip that ends early, or is followed by something else");
        _length -= GzipSeal.Plain.Length;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        inFlight.Release(_reserved);
        _reserved = 0;
    }

    private async Task FillAsync(Stream source, int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _bytes.Length) Grow(most);
            var read = await source.ReadAsync(_bytes.AsMemory(_length), cancellationToken);
            if (read == 0) return;
            _length += read;
            if (_length > most) throw new BodyTooLargeException(limit);
        }
    }

    private void Grow(int most)
    {
        // One byte above the limit is enough to know that it is passed.
        var wanted = (int)Math.Min(Math.Max(FirstBytes, _bytes.Length * 2L), most + 1L);
        if (!inFlight.TryReserve(wanted)) throw new BodyMemoryException();
        var grown = ArrayPool<byte>.Shared.Rent(wanted);
        _bytes.AsSpan(0, _length).CopyTo(grown);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        inFlight.Release(_reserved);
        _reserved = wanted;
        _bytes = grown;
    }
}

public sealed class BodyTooLargeException(int limit)
    : Exception($"the request is larger than {limit} bytes (counted before and after decompression); send smaller batches");

public sealed class BodyMemoryException() : Exception("the server holds as many request bytes as it may; try again");

public sealed class UnknownEncodingException(string message) : Exception(message);

using System.IO.Compression;

namespace Driftlock.Api.Ingest;

/// <summary>
/// Passes reads of a gzip stream through and, at its end, adds a small member of its own. <see cref="GZipStream"/> takes a stream that is
/// cut off for one that has ended; only if what came before is whole does the output end with <see cref="Plain"/>.
/// </summary>
internal sealed class GzipSeal(Stream source) : ReadOnlyStream
{
    private static readonly byte[] Member = Compress(Plain);

    private bool _sourceEnded;
    private int _sent;

    /// <summary>What the member unpacks to. Its packed form does not end so, which a cut inside of a stored block would copy out.</summary>
    public static ReadOnlySpan<byte> Plain => "the gzip is whole"u8;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_sourceEnded)
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            if (read > 0) return read;
            _sourceEnded = true;
        }
        return Seal(buffer.Span);
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_sourceEnded)
        {
            var read = source.Read(buffer);
            if (read > 0) return read;
            _sourceEnded = true;
        }
        return Seal(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private int Seal(Span<byte> buffer)
    {
        var rest = Member.AsSpan(_sent);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        _sent += rest.Length;
        return rest.Length;
    }

    private static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(plain);
        return target.ToArray();
    }
}

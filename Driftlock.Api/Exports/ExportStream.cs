using System.IO.Compression;
using Driftlock.Storage.Secrets;
using Npgsql;

namespace Driftlock.Api.Exports;

/// <summary>The file of an export that is done, read chunk by chunk from wherever a download goes on.</summary>
public sealed class ExportStream(NpgsqlDataSource dataSource, KeyRing ring, Guid export, long length) : Stream
{
    private byte[] _chunk = [];
    private long _chunkStart = -1;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>How a chunk is kept.</summary>
    public static byte[] Close(KeyRing ring, Guid export, int ordinal, byte[] content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(content);
        return ring.Seal(packed.ToArray(), Context(export, ordinal));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.Length == 0) return 0;
        if (_chunkStart < 0 || _position < _chunkStart || _position >= _chunkStart + _chunk.Length) await LoadAsync(cancellationToken);
        var offset = (int)(_position - _chunkStart);
        var count = Math.Min(buffer.Length, _chunk.Length - offset);
        _chunk.AsSpan(offset, count).CopyTo(buffer.Span);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };
        ArgumentOutOfRangeException.ThrowIfNegative(to, nameof(offset));
        return _position = to;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("it is read asynchronously");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT ordinal, first_byte, content FROM export_chunks WHERE export_id = $1 AND first_byte <= $2 ORDER BY first_byte DESC LIMIT 1");
        command.Parameters.Add(new() { Value = export });
        command.Parameters.Add(new() { Value = _position });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) throw new IOException($"export {export} has no byte {_position} any more");
        var ordinal = reader.GetInt32(0);
        using var packed = new MemoryStream(ring.Open(reader.GetFieldValue<byte[]>(2), Context(export, ordinal)));
        await using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
        using var content = new MemoryStream();
        await brotli.CopyToAsync(content, cancellationToken);
        (_chunkStart, _chunk) = (reader.GetInt64(1), content.ToArray());
    }

    private static byte[] Context(Guid export, int ordinal) => System.Text.Encoding.UTF8.GetBytes($"export {export} {ordinal}");
}

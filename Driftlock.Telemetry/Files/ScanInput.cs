using System.IO.Compression;

namespace Driftlock.Telemetry.Files;

/// <summary>
/// The bytes to scan, of a file, plain or gzip, handed out line by line (or as they are) in bounded memory. Line ends are \n or \r\n.
/// </summary>
public sealed class ScanInput : IDisposable
{
    /// <summary>A longer line is cut here and counted; the model looks at far less anyway.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly byte[] _line = new byte[MaxLineBytes];
    private int _start;
    private int _end;

    /// <param name="name">Of the file: it helps to tell the format, and names the stream of its lines.</param>
    /// <param name="stream">Is closed with this.</param>
    /// <exception cref="FileFormatException">Empty, or not text.</exception>
    public ScanInput(string name, Stream stream)
    {
        Name = name;
        _stream = IsGzip(stream) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        Fill();
        if (_end == 0) throw new FileFormatException($"{name}: is empty");
        if (_buffer.AsSpan(0, Math.Min(_end, 8192)).Contains((byte)0)) throw new FileFormatException($"{name}: byte {_buffer.AsSpan(0, _end).IndexOf((byte)0)} is 0: this is not text");
    }

    public string Name { get; }

    public long Bytes { get; private set; }

    public long Lines { get; private set; }

    public long CutLines { get; private set; }

    /// <summary>The first bytes, for telling the format.</summary>
    public ReadOnlySpan<byte> Beginning => _buffer.AsSpan(0, _end);

    /// <summary>Whether a stream that can be read twice begins as gzip does; it stands at its beginning before and after.</summary>
    public static bool IsGzip(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) return false;
        Span<byte> magic = stackalloc byte[2];
        var gzip = stream.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        stream.Position = 0;
        return gzip;
    }

    /// <summary>The next line without its end, valid until the next call; false at the end.</summary>
    public bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        var length = 0;
        var cut = false;
        while (true)
        {
            if (_start == _end && !Fill())
            {
                line = _line.AsSpan(0, length);
                if (length == 0 && !cut) return false;
                Count(cut);
                return true;
            }
            var rest = _buffer.AsSpan(_start, _end - _start);
            var newline = rest.IndexOf((byte)'\n');
            var part = newline < 0 ? rest : rest[..newline];
            _start += part.Length + (newline < 0 ? 0 : 1);
            if (newline >= 0 && length == 0 && !cut && part.Length <= MaxLineBytes)
            {
                line = Trim(part);
                Count(false);
                return true;
            }
            var take = Math.Min(part.Length, MaxLineBytes - length);
            part[..take].CopyTo(_line.AsSpan(length));
            length += take;
            cut |= take < part.Length;
            if (newline < 0) continue;
            line = Trim(_line.AsSpan(0, length));
            Count(cut);
            return true;
        }
    }

    /// <summary>The next bytes, as many as there are at hand; 0 at the end.</summary>
    public int Read(Span<byte> target)
    {
        if (_start == _end && !Fill()) return 0;
        var length = Math.Min(target.Length, _end - _start);
        _buffer.AsSpan(_start, length).CopyTo(target);
        _start += length;
        return length;
    }

    public void Dispose() => _stream.Dispose();

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line is [.., (byte)'\r'] ? line[..^1] : line;

    private void Count(bool cut)
    {
        Lines++;
        if (cut) CutLines++;
    }

    private bool Fill()
    {
        _start = 0;
        _end = _stream.Read(_buffer);
        Bytes += _end;
        return _end > 0;
    }
}

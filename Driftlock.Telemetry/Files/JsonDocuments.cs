using System.Text.Json;

namespace Driftlock.Telemetry.Files;

/// <summary>The JSON values of a file, one after another, with or without line ends between and within them.</summary>
internal sealed class JsonDocuments(ScanInput input)
{
    /// <summary>As much as the server takes in one request.</summary>
    public const int MaxBytes = 64 << 20;

    private const int FirstBytes = 1 << 18;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 128 };

    private byte[] _buffer = new byte[FirstBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>1-based number of the value that was read last.</summary>
    public long Number { get; private set; }

    /// <summary>The next value, valid until the next call; false at the end.</summary>
    /// <exception cref="FileFormatException">Not JSON, or larger than <see cref="MaxBytes"/>.</exception>
    public bool TryRead(out ReadOnlySpan<byte> value)
    {
        Number++;
        while (true)
        {
            while (_start < _end && _buffer[_start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') _start++;
            value = _buffer.AsSpan(_start, _end - _start);
            if (value.IsEmpty && _ended) return false;
            if (!value.IsEmpty && TryMeasure(value, out var length))
            {
                value = value[..length];
                _start += length;
                return true;
            }
            Fill();
        }
    }

    // Looks at the value from its beginning each time; the buffer doubles, so that this happens a few times at most.
    private bool TryMeasure(ReadOnlySpan<byte> value, out int length)
    {
        var reader = new Utf8JsonReader(value, _ended, new JsonReaderState(Options));
        try
        {
            var complete = reader.Read() && reader.TrySkip();
            length = (int)reader.BytesConsumed;
            return complete;
        }
        catch (JsonException e)
        {
            throw new FileFormatException($"request {Number}: not JSON: {e.Message}");
        }
    }

    private void Fill()
    {
        var kept = _end - _start;
        if (kept == MaxBytes) throw new FileFormatException($"request {Number}: larger than {MaxBytes >> 20} MiB; write several smaller ones");
        var target = kept > _buffer.Length / 2 ? new byte[Math.Min(MaxBytes, _buffer.Length * 2)] : _buffer;
        _buffer.AsSpan(_start, kept).CopyTo(target);
        (_buffer, _start, _end) = (target, 0, kept);
        while (_end < _buffer.Length)
        {
            var read = input.Read(_buffer.AsSpan(_end));
            _ended = read == 0;
            if (_ended) return;
            _end += read;
        }
    }
}

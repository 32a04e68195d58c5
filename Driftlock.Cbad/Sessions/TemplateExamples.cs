using System.Numerics;
using System.Text.Unicode;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Sessions;

/// <summary>
/// A short line of each template that sessions are made of, to name it where it is missing. At <see cref="Most"/>, or at
/// <see cref="MaxBytes"/>, the older half is forgotten; the next line of a template brings it back. A line longer than <see cref="MaxLineBytes"/> is none.
/// </summary>
internal sealed class TemplateExamples
{
    public const int Most = 128;
    public const int MaxBytes = 32 * 1024;
    public const int MaxLineBytes = 512;

    private const int FirstBytes = 1024;

    private readonly ulong[] _templates = new ulong[Most];
    private ByteBuffer _lines = new(FirstBytes);

    public int Count { get; private set; }

    public long Bytes => (Most * sizeof(ulong)) + _lines.Capacity;

    public void Offer(ulong template, in EventView record)
    {
        if (_templates.AsSpan(0, Count).Contains(template)) return;
        var name = record.Name;
        var body = record.Body;
        // Evidence states it as text and must give the same template from that.
        if (name.Length + body.Length is 0 or > MaxLineBytes || !Utf8.IsValid(name) || !Utf8.IsValid(body)) return;
        if (Count == Most || _lines.Length + MaxLineBytes + (2 * Varint.MaxBytes) > MaxBytes) ForgetOlderHalf();
        _templates[Count++] = template;
        _lines.WriteBytes(name);
        _lines.WriteBytes(body);
    }

    /// <summary>Template, name and body of each example, oldest first.</summary>
    public List<(ulong Template, byte[] Name, byte[] Body)> All()
    {
        var all = new List<(ulong Template, byte[] Name, byte[] Body)>(Count);
        var rest = _lines.Written;
        for (var i = 0; i < Count; i++)
        {
            var name = Varint.ReadBytes(ref rest).ToArray();
            all.Add((_templates[i], name, Varint.ReadBytes(ref rest).ToArray()));
        }
        return all;
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Count);
        foreach (var template in _templates.AsSpan(0, Count)) target.WriteFixed64(template);
        target.WriteBytes(_lines.Written);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        var count = Varint.Read(ref source);
        if (count > Most) throw new InvalidDataException($"{count} examples of templates; at most {Most} here");
        Count = (int)count;
        for (var i = 0; i < Count; i++) _templates[i] = Varint.ReadFixed64(ref source);
        var lines = Varint.ReadBytes(ref source);
        if (lines.Length > MaxBytes) throw new InvalidDataException($"{lines.Length} bytes of examples; at most {MaxBytes} here");
        // A power of two, so that doubling ends at the bound and not beyond.
        _lines = new ByteBuffer((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(lines.Length, FirstBytes)));
        _lines.WriteRaw(lines);
    }

    private void ForgetOlderHalf()
    {
        var rest = _lines.Written;
        var forgotten = (Count + 1) / 2;
        for (var i = 0; i < 2 * forgotten; i++) Varint.ReadBytes(ref rest);
        rest.CopyTo(_lines.At(0, rest.Length));
        _lines.Truncate(rest.Length);
        Count -= forgotten;
        Array.Copy(_templates, forgotten, _templates, 0, Count);
    }
}

using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Logs;

/// <summary>
/// In how many windows a whole line, word for word and number for number, came of late. One place for each of <see cref="Places"/> residues of
/// the fingerprint: whoever holds it keeps it while it comes at least every third window, so what passes by does not push out what returns.
/// </summary>
internal sealed class RecurringTexts
{
    public const int Places = 1024;

    private const int PlaceBytes = 16;
    private const int KeptWindows = 2;

    private readonly Text[] _texts = new Text[Places];

    public static int Bytes => Places * PlaceBytes;

    /// <summary>Windows in which the text was met, this one included; 0 where another text has its place.</summary>
    /// <param name="text">Fingerprint, not 0.</param>
    /// <param name="window">Ordinal of the open window.</param>
    public uint Meet(ulong text, int window)
    {
        ref var place = ref _texts[(int)(text >> 40) & (Places - 1)];
        if (place.Fingerprint != text)
        {
            if (place.Fingerprint != 0 && place.LastWindow + KeptWindows >= window) return 0;
            place = new Text { Fingerprint = text, Windows = 1, LastWindow = window };
        }
        else if (place.LastWindow != window)
        {
            place.LastWindow = window;
            place.Windows++;
        }
        return place.Windows;
    }

    public void Save(ByteBuffer target)
    {
        var used = 0UL;
        foreach (ref readonly var text in _texts.AsSpan())
            if (text.Fingerprint != 0) used++;
        target.WriteVarint(used);
        foreach (ref readonly var text in _texts.AsSpan())
        {
            if (text.Fingerprint == 0) continue;
            target.WriteFixed64(text.Fingerprint);
            target.WriteVarint(text.Windows);
            target.WriteVarint((ulong)text.LastWindow);
        }
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Array.Clear(_texts);
        for (var left = Varint.Read(ref source); left > 0; left--)
        {
            var text = Varint.ReadFixed64(ref source);
            _texts[(int)(text >> 40) & (Places - 1)] = new Text { Fingerprint = text, Windows = (uint)Varint.Read(ref source), LastWindow = (int)Varint.Read(ref source) };
        }
    }

    private struct Text
    {
        public ulong Fingerprint;
        public uint Windows;
        public int LastWindow;
    }
}

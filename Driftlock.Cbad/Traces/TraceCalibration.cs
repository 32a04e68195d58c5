using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Traces;

/// <summary>The past traces that began with one operation, and whether a new one is news.</summary>
internal sealed class TraceCalibration
{
    // As many ordinary traces end an episode.
    private const int Quiet = 20;

    private TraceScores _episode;
    private long _lastFlagged = long.MinValue / 2;

    public ScoreCalibration Past { get; } = new(TraceScores.Weights, TraceScores.TailPowers, TraceScores.Units);

    /// <summary>Traces that began here.</summary>
    public long Seen { get; private set; }

    public long Bytes => Past.Bytes + 64;

    public WindowRanking Rank(in TraceScores scores)
    {
        Span<int> values = stackalloc int[TraceScores.Kinds];
        scores.CopyTo(values);
        return Past.Rank(values);
    }

    /// <summary>True when a trace, just rejected, says nothing that those rejected shortly before it did not say.</summary>
    public bool IsOfEpisode(in TraceScores scores) => Seen - _lastFlagged <= Quiet && _episode.Covers(scores);

    /// <summary>Learns a ranked trace, flagged or not.</summary>
    public void Learn(in TraceScores scores, in WindowRanking ranking, bool flagged)
    {
        if (flagged)
        {
            _episode = Seen - _lastFlagged <= Quiet ? _episode.Most(scores) : scores;
            _lastFlagged = Seen;
        }
        if (Seen++ < SpanStream.ColdTraces) return;
        Span<int> values = stackalloc int[TraceScores.Kinds];
        scores.CopyTo(values);
        Past.Remember(values, ranking.Raw);
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Seen);
        target.WriteFixed64((ulong)_lastFlagged);
        _episode.Save(target);
        Past.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Seen = (long)Varint.Read(ref source);
        _lastFlagged = (long)Varint.ReadFixed64(ref source);
        _episode = TraceScores.Load(ref source);
        Past.Load(ref source);
    }
}

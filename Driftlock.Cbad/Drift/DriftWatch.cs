using System.Numerics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Drift;

/// <summary>The numbers of one stream that are watched for slow drift.</summary>
/// <param name="channels">What they are, in order; at most 32.</param>
internal sealed class DriftWatch(params IReadOnlyList<string> channels)
{
    private readonly DriftTest[] _tests = [.. channels.Select(_ => new DriftTest())];
    private readonly SortedDictionary<int, (PinnedAnchor? Pinned, bool ByHand)> _changes = [];
    private uint _completed;

    /// <summary>Baselines came about or were given up since <see cref="TakeChanges"/>.</summary>
    public bool HasChanges => _changes.Count > 0;

    public IReadOnlyList<string> Channels => channels;

    public long Bytes => (_tests.Length * (long)DriftTest.Bytes) + sizeof(uint);

    public DriftTest this[int channel] => _tests[channel];

    /// <summary>Takes the next value of one number; NaN is passed over.</summary>
    public void Observe(int channel, ulong time, double value)
    {
        var wasPinned = _tests[channel].Anchor.IsPinned;
        if (_tests[channel].Observe(time, value)) _completed |= 1u << channel;
        else if (!wasPinned && _tests[channel].Anchor.IsPinned) Note(channel, byHand: false);
    }

    /// <summary>A number of which a block was completed since it was last taken here: its evidence is to be tested.</summary>
    public bool TryTake(out int channel)
    {
        channel = BitOperations.TrailingZeroCount(_completed);
        if (_completed == 0) return false;
        _completed &= _completed - 1;
        return true;
    }

    /// <summary>The drift of a number was told: its baseline is given up.</summary>
    public void Restart(int channel)
    {
        _tests[channel].Restart();
        Note(channel, byHand: false);
    }

    /// <summary>Pins what has been collected of each number that has enough of it.</summary>
    public void Pin()
    {
        for (var channel = 0; channel < _tests.Length; channel++)
        {
            if (_tests[channel].Anchor.TryPin()) Note(channel, byHand: true);
        }
    }

    /// <summary>Gives every baseline up, pinned or not.</summary>
    public void Supersede()
    {
        for (var channel = 0; channel < _tests.Length; channel++)
        {
            _tests[channel].Renew();
            Note(channel, byHand: true);
        }
        _completed = 0;
    }

    /// <summary>Adds what has changed since it was last called.</summary>
    public void TakeChanges(StreamId stream, int tenant, List<AnchorChange> changes)
    {
        foreach (var (channel, (pinned, byHand)) in _changes) changes.Add(new AnchorChange(stream, tenant, channels[channel], pinned, byHand));
        _changes.Clear();
    }

    /// <summary>A window of the stream was flagged.</summary>
    public void Flag()
    {
        foreach (var test in _tests) test.Flag();
    }

    /// <summary>Not part of the state: what has changed is taken with the entry that changed it. The last of a number counts, so that it stays bounded where nobody takes it.</summary>
    private void Note(int channel, bool byHand) => _changes[channel] = (_tests[channel].Anchor.Pinned, byHand);

    public void Save(ByteBuffer target)
    {
        target.WriteVarint(_completed);
        foreach (var test in _tests) test.Save(target);
    }

    /// <summary>Into a new one, of the same channels.</summary>
    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        _completed = (uint)Varint.Read(ref source);
        foreach (var test in _tests) test.Load(ref source);
    }
}

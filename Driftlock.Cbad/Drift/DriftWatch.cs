using System.Numerics;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Drift;

/// <summary>The numbers of one stream that are watched for slow drift.</summary>
/// <param name="channels">What they are, in order; at most 32.</param>
internal sealed class DriftWatch(params IReadOnlyList<string> channels)
{
    private readonly DriftTest[] _tests = [.. channels.Select(_ => new DriftTest())];
    private uint _completed;

    public IReadOnlyList<string> Channels => channels;

    public long Bytes => (_tests.Length * (long)DriftTest.Bytes) + sizeof(uint);

    public DriftTest this[int channel] => _tests[channel];

    /// <summary>Takes the next value of one number; NaN is passed over.</summary>
    public void Observe(int channel, ulong time, double value)
    {
        if (_tests[channel].Observe(time, value)) _completed |= 1u << channel;
    }

    /// <summary>A number of which a block was completed since it was last taken here: its evidence is to be tested.</summary>
    public bool TryTake(out int channel)
    {
        channel = BitOperations.TrailingZeroCount(_completed);
        if (_completed == 0) return false;
        _completed &= _completed - 1;
        return true;
    }

    /// <summary>A window of the stream was flagged.</summary>
    public void Flag()
    {
        foreach (var test in _tests) test.Flag();
    }

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

using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>The rest of a snapshot: <see cref="InvalidDataException"/> or <see cref="FormatException"/> refuses it.</summary>
internal sealed class BudgetsTarget : FuzzTarget
{
    private PartitionEngine _engine = new(new EngineConfiguration());

    public override string Name => "snapshot-budgets";

    public override int ShortRound => 5_000;

    public override int Share => 40;

    public override long MostAllocated(int inputBytes) => (4L << 20) + (64L * inputBytes);

    public override bool Takes(byte[] input)
    {
        _engine = new PartitionEngine(new EngineConfiguration());
        try
        {
            _engine.LoadBudgets(input);
            return true;
        }
        catch (Exception refused) when (refused is InvalidDataException or FormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        var once = Saved(_engine);
        _engine = new PartitionEngine(new EngineConfiguration());
        _engine.LoadBudgets(once);
        Assert.Equal(once, Saved(_engine));
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, ByteMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds()
    {
        var engine = new PartitionEngine(new EngineConfiguration { WindowEvents = 10, BaselineEvents = 40 });
        yield return Saved(engine);
        SnapshotTarget.Fill(engine);
        yield return Saved(engine);
    }

    private static byte[] Saved(PartitionEngine engine)
    {
        var state = new ByteBuffer();
        engine.SaveBudgets(state);
        return state.Written.ToArray();
    }
}

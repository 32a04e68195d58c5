using Driftlock.Cbad;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz.Targets;

/// <summary>The configuration of an engine: <see cref="FormatException"/> refuses it. What is taken is written in one form only.</summary>
internal sealed class ConfigurationTarget : FuzzTarget
{
    private EngineConfiguration? _configuration;

    public override string Name => "configuration";

    public override long MostAllocated(int inputBytes) => (64 << 10) + (256L * inputBytes);

    public override bool Takes(byte[] input)
    {
        try
        {
            _configuration = EngineConfiguration.Parse(input);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    public override void Check(byte[] input)
    {
        Assert.Equal(_configuration, EngineConfiguration.Parse(_configuration!.ToJson()));
        _ = new PartitionEngine(_configuration);
    }

    public override byte[] Next(SeededRandom random) => Mutator.Next(random, Seeds, JsonMutation.Apply);

    protected override IEnumerable<byte[]> MakeSeeds() =>
    [
        new EngineConfiguration().ToJson(),
        new EngineConfiguration { SessionKey = "order.id", TimeZone = "Asia/Kolkata", UtcOffsets = [new(-5, 330), new(1_800_000_000, 345)] }.ToJson(),
        "{}"u8.ToArray(),
        """{ "windowEvents" : 20, "falseDiscoveryRate":1e-3 }"""u8.ToArray(),
    ];
}

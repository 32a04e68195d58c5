using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Tests.Sessions;

public sealed class SessionEvidenceTests
{
    internal static readonly Lazy<Evidence> Sample = new(() => Anomaly("missing event", 4000, 1));

    [Theory]
    [InlineData("unseen event", " holds \"stock of order ")]
    [InlineData("missing event", " never reached \"order ")]
    [InlineData("repeated event", " holds \"order ")]
    [InlineData("broken off", " never reached ")]
    public void It_verifies_from_its_bundle_alone_and_says_what_is_odd(string fault, string why)
    {
        var evidence = Anomaly(fault, 4000, 2);
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Differences);
        Assert.Contains(why, evidence.Explanation.Why, StringComparison.Ordinal);
        Assert.Equal(EvidenceJson.Write(evidence), EvidenceJson.Write(EvidenceJson.Read(EvidenceJson.Write(evidence))));
    }

    public static TheoryData<string> Forgeries =>
        ["state", "events", "template", "step", "kind", "value", "key", "examples", "total", "pValue", "statistic", "score", "why", "count", "missing"];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void A_changed_figure_is_found_even_when_the_hash_is_made_to_fit(string what)
    {
        var e = Sample.Value;
        var session = e.Session!;
        var forged = what switch
        {
            "state" => e with { Session = session with { State = WithOneSessionMore(session.State) } },
            "events" => e with { Window = e.Window with { Events = Changed(e.Window.Events) } },
            "template" => e with { Session = session with { Steps = [session.Steps[0] with { Template = session.Steps[1].Template }, .. session.Steps.Skip(1)] } },
            "step" => e with { Session = session with { Steps = [.. session.Steps.Skip(1)] } },
            "kind" => e with { Session = session with { Steps = [.. session.Steps.Select(step => step with { Text = EvidenceStep.None })] } },
            "value" => e with { Session = session with { Value = new string('0', 32) } },
            "key" => e with { Session = session with { Key = "other" } },
            "examples" => e with { Session = session with { Examples = [] } },
            "total" => e with { Session = session with { Events = session.Events + 1 } },
            "pValue" => e with { Calibration = e.Calibration with { PValue = e.Calibration.PValue / 2 } },
            "statistic" => e with { Calibration = e.Calibration with { Statistics = [.. e.Calibration.Statistics.Reverse()] } },
            "score" => e with { Explanation = e.Explanation with { Score = 99 } },
            "why" => e with { Explanation = e.Explanation with { Why = "all is well" } },
            "count" => e with { Explanation = e.Explanation with { Session = e.Explanation.Session! with { Counts = [] } } },
            _ => e with { Session = null },
        };
        forged = forged with { ContentHash = EvidenceJson.HashContent(forged) };
        Assert.NotEmpty(EvidenceVerifier.Verify(EvidenceJson.Write(forged)).Differences);
    }

    [Fact]
    public void Where_records_are_not_kept_any_more_examples_of_their_kind_stand_in()
    {
        var sessions = SyntheticSessions.Many(4000, 3).ToList();
        sessions[3500] = SyntheticSessions.Faulty("missing event", new SeededRandom(4));
        // Ten thousand records follow before half a minute has passed.
        var records = SessionEvents.Records(sessions, 5).Select((record, i) => record with { Received = i * 1_000_000L });
        var evidence = SessionEvents.Run(SessionEvents.Blocks(records)).First(verdict => verdict.Evidence is { Session.Value: "00000000000000000000000000000dad" }).Evidence!;
        Assert.All(evidence.Session!.Steps, step => Assert.Equal(EvidenceStep.Example, step.Text));
        Assert.All(evidence.Explanation.Lines, line => Assert.StartsWith("(such as) ", line.Text, StringComparison.Ordinal));
        Assert.Empty(EvidenceVerifier.Verify(EvidenceJson.Write(evidence)).Differences);
    }

    private static Evidence Anomaly(string fault, int count, ulong seed)
    {
        var sessions = SyntheticSessions.Many(count, seed).ToList();
        sessions[^100] = SyntheticSessions.Faulty(fault, new SeededRandom(seed + 100));
        return Assert.Single(SessionEvents.Run(sessions, seed), verdict => verdict.Kind == VerdictKind.Anomaly && verdict.Unit == JudgedUnit.Session).Evidence!;
    }

    private static byte[] Changed(byte[] bytes)
    {
        byte[] changed = [.. bytes];
        changed[^1] ^= 1;
        return changed;
    }

    private static byte[] WithOneSessionMore(byte[] state)
    {
        var past = new SessionStream(SessionCapacity.Live);
        ReadOnlySpan<byte> source = state;
        past.Load(ref source);
        past.Learn([1UL << 16], past.Judge([1UL << 16]));
        var image = new ByteBuffer();
        past.Save(image);
        return image.Written.ToArray();
    }
}

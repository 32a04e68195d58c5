using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Tests.Sessions;
using Driftlock.Tests.Traces;

namespace Driftlock.Tests.Engine;

/// <summary>What a bundle says of the traces of its events, and that it knows them again in the log.</summary>
public sealed class JudgedEventsTests
{
    [Fact]
    public void Each_span_of_a_trace_or_a_window_is_one_of_the_log()
    {
        var source = new SyntheticTraces(7);
        var traces = Enumerable.Range(0, 1500).Select(i => i is >= 1200 and < 1300 ? SpanStreamTests.Failing(source.Next(SyntheticTraces.Provider, 30)) : source.Next()).ToList();
        var log = traces.SelectMany((spans, i) => Read(SpanEvents.Entry((ulong)i + 1, spans), 1_000_000_000L * i)).ToList();
        var found = SpanEvents.Run(traces).Select(verdict => verdict.Evidence).OfType<Evidence>().ToList();
        Assert.Equal([EvidenceSpans.Trace, EvidenceSpans.Window], found.Select(evidence => evidence.Spans!.Unit).Distinct().Order());
        foreach (var evidence in found)
        {
            var judged = JudgedEvents.WithTrace(evidence);
            Assert.Equal(Enumerable.Range(0, evidence.Window.EventCount), judged.Select(one => one.Index));
            Assert.All(judged, one =>
            {
                var known = Assert.Single(log, entry => entry.Is(one));
                Assert.Equal((known.Service, known.Name), (one.Service, one.Name));
                Assert.Equal("SPAN_KIND_SERVER", Encoding.UTF8.GetString(one.View.Name));
            });
        }
    }

    [Fact]
    public void Each_record_of_a_window_is_one_of_the_log_though_the_bundle_cut_it()
    {
        var random = new SeededRandom(3);
        var padding = new string('x', 6_000);
        var engine = new PartitionEngine(new EngineConfiguration());
        var (verdicts, log) = (new List<Verdict>(), new List<Logged>());
        for (var i = 0; i < 1_050; i++)
        {
            var entry = Record(i, i == 980 ? "kernel panic: unable to mount root filesystem" : $"cart {random.Below(10_000)} was paid in {random.Below(60)} ms {padding}");
            log.AddRange(Read(entry, 1_000 + i));
            engine.FeedEntry(entry, i, 1_000 + i, verdicts);
        }
        var judged = JudgedEvents.WithTrace(verdicts.First(verdict => verdict.Evidence is not null).Evidence!);
        Assert.Equal(50, judged.Count);
        Assert.Contains(judged, one => one.View.Body.Length is > 100 and < 6_000);
        Assert.All(judged, one => Assert.Equal(one.Index, log.FindIndex(entry => entry.Is(one)) % 50));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Each_record_of_a_session_is_of_the_trace_that_names_it_kept_or_not(bool isCrowded)
    {
        var sessions = SyntheticSessions.Many(4000, 3).ToList();
        sessions[3500] = SyntheticSessions.Faulty("missing event", new SeededRandom(4));
        var records = SessionEvents.Records(sessions, 5).Select((record, i) => isCrowded ? record with { Received = i * 1_000_000L } : record).ToList();
        var evidence = SessionEvents.Run(SessionEvents.Blocks(records)).First(verdict => verdict.Evidence is { Session.Value: "00000000000000000000000000000dad" }).Evidence!;
        Assert.All(evidence.Session!.Steps, step => Assert.Equal(isCrowded ? EvidenceStep.Example : EvidenceStep.Record, step.Text));
        var judged = JudgedEvents.WithTrace(evidence);
        Assert.Equal(evidence.Session.Steps.Count, judged.Count);
        var log = SessionEvents.Blocks(records).SelectMany(request => Read(request.Block, request.Received)).ToList();
        Assert.All(judged, one =>
        {
            Assert.Equal((!isCrowded, evidence.Session.Value), (one.HasText, Convert.ToHexStringLower(one.View.TraceId)));
            Assert.Contains(log, entry => entry.Is(one));
        });
    }

    [Fact]
    public void Sessions_by_an_attribute_and_streams_without_traces_have_none()
    {
        var sessions = SyntheticSessions.Many(4000, 3).ToList();
        sessions[3500] = SyntheticSessions.Faulty("missing event", new SeededRandom(4));
        var blocks = SessionEvents.Blocks(SessionEvents.Records(sessions, 5), isTrace: false);
        var evidence = SessionEvents.Run(blocks, new EngineConfiguration { SessionKey = SessionEvents.Attribute }).First(verdict => verdict.Evidence is { Session: not null }).Evidence!;
        Assert.Empty(JudgedEvents.WithTrace(evidence));
        Assert.Empty(JudgedEvents.WithTrace(Api.ApiDatabase.Evidence.Value));
    }

    private static byte[] Record(int number, string text)
    {
        var events = new EventWriter();
        events.Begin(0, 9, default, Encoding.UTF8.GetBytes(text), Enumerable.Repeat((byte)(1 + (number % 200)), 16).ToArray(), new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 });
        events.End();
        var payload = new ByteBuffer();
        EventBlock.Write(payload, Signal.Logs, "shop"u8, "scope"u8, default, 0, events.Written, events.EventCount);
        return payload.Written.ToArray();
    }

    private static List<Logged> Read(byte[] entry, long received)
    {
        var found = new List<Logged>();
        ReadOnlySpan<byte> rest = entry;
        while (EventBlock.TryRead(ref rest, out var block))
        {
            var reader = block.Read();
            while (reader.Next(out var view))
                found.Add(new Logged(block.Stream(1), block.Signal, Encoding.UTF8.GetString(block.Service), Encoding.UTF8.GetString(block.Name), view.Encoded.ToArray(), received));
        }
        return found;
    }

    /// <summary>An event as the log has it.</summary>
    private sealed record Logged(StreamId Stream, Signal Signal, string Service, string Name, byte[] Encoded, long Received)
    {
        public bool Is(JudgedEvent judged) => judged.IsOf(Stream, EventReader.Decode(Signal, Encoded), Received);
    }
}

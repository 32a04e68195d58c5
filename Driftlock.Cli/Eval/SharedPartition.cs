using System.Text;
using Driftlock.Cbad;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cli.Eval;

/// <summary>The engine as shipped: all streams of one tenant in one partition, their lines arriving by turns, with one error budget.</summary>
internal static class SharedPartition
{
    private const int LinesABlock = 10;

    // Streams do not all begin at once, or their windows would end in step.
    private const int LatestStart = 40;

    private const long Millisecond = 1_000_000;

    /// <summary>The windows that were judged, in the order of their verdicts. What a stream's baseline takes is not judged.</summary>
    /// <param name="streams">The lines of each.</param>
    /// <param name="level">Share of false alarms that the engine is told to keep.</param>
    public static List<JudgedWindow> Judge(IReadOnlyList<byte[][]> streams, double level, SeededRandom random)
    {
        var engine = new PartitionEngine(new EngineConfiguration { FalseDiscoveryRate = level });
        var names = Enumerable.Range(0, streams.Count).Select(i => Encoding.ASCII.GetBytes($"stream-{i}")).ToArray();
        var indexes = names.Select((name, i) => (Id: StreamId.Of(0, Signal.Logs, name, name), i)).ToDictionary(pair => pair.Id, pair => pair.i);
        var starts = streams.Select(_ => random.Below(LatestStart)).ToArray();
        var next = new int[streams.Count];
        var turns = Enumerable.Range(0, streams.Count).ToArray();
        var verdicts = new List<Verdict>();
        var (writer, payload) = (new EventWriter(), new ByteBuffer());
        long offset = 0;
        for (var round = 0; Enumerable.Range(0, streams.Count).Any(i => next[i] < streams[i].Length); round++)
        {
            random.Shuffle(turns.AsSpan());
            foreach (var i in turns)
            {
                if (round < starts[i] || next[i] >= streams[i].Length) continue;
                var lines = streams[i].AsSpan(next[i], Math.Min(LinesABlock, streams[i].Length - next[i]));
                next[i] += lines.Length;
                writer.Clear();
                foreach (var line in lines)
                {
                    writer.Begin(0, 0, default, line);
                    writer.End();
                }
                payload.Clear();
                EventBlock.Write(payload, Signal.Logs, names[i], names[i], default, 0, writer.Written, writer.EventCount);
                var rest = payload.Written;
                EventBlock.TryRead(ref rest, out var block);
                engine.Observe(0, block, new LogPosition(0, offset), ++offset * Millisecond, verdicts);
            }
        }
        engine.Tick(new LogPosition(0, offset), (offset * Millisecond) + engine.Configuration.IdleWindowNano + 1, verdicts);
        return
        [
            .. verdicts.Where(verdict => verdict.PValue is not null).Select(verdict => new JudgedWindow(
                indexes[verdict.Stream], verdict.FirstEvent, verdict.FirstEvent + verdict.EventCount, verdict.Kind, verdict.PValue!.Value)),
        ];
    }
}

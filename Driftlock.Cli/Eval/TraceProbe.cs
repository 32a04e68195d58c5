using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cli.Eval;

/// <summary>The engine's assembly and model of traces, fed trace by trace under a clock that leaves each enough time to be complete.</summary>
internal sealed class TraceProbe
{
    private readonly TraceAssembly _assembly = new();
    private long _clock;

    public TraceModel Model { get; } = new();

    public TraceTree Tree { get; } = new();

    /// <summary>Windows that the last trace filled.</summary>
    public IReadOnlyList<SpanWindowVerdict> Windows => Model.Windows;

    public TraceVerdict Judge(ulong idHigh, ulong idLow, IEnumerable<SpanFacts> spans)
    {
        foreach (var span in spans) _assembly.Add(idHigh, idLow, span, _clock);
        _clock += TraceAssembly.OrphanIdleNano;
        if (!_assembly.TryTake(_clock, Tree)) throw new InvalidOperationException("the trace is not complete");
        return Model.Judge(Tree);
    }

    public TraceVerdict Judge(RecordedTrace trace) => Judge(trace.IdHigh, trace.IdLow, trace.Spans);

    public byte[] Save()
    {
        var state = new ByteBuffer(1 << 20);
        Model.Save(state);
        return state.Written.ToArray();
    }

    public static TraceProbe Load(ReadOnlySpan<byte> state)
    {
        var probe = new TraceProbe();
        probe.Model.Load(ref state);
        return probe;
    }
}

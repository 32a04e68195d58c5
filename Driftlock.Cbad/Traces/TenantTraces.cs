namespace Driftlock.Cbad.Traces;

/// <summary>The open traces of one tenant, and the trace that was taken out last.</summary>
internal sealed class TenantTraces(Func<ulong, SpanModel?> models)
{
    public TraceAssembly Assembly { get; } = new();

    public TraceTree Tree { get; } = new();

    public TraceModel Model { get; } = new(models);

    /// <summary>A span without a trace id is a trace of its own, at once complete.</summary>
    public void TakeAlone(in SpanFacts span)
    {
        Tree.Clear(0, 0, 0);
        Tree.Add(span);
        Tree.Link();
    }
}

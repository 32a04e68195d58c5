using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Traces;

namespace Driftlock.Cbad.Proof;

/// <summary>The operations that the evidence of spans names.</summary>
internal sealed class SpanNames
{
    private readonly Dictionary<ulong, EvidenceOperation> _byId = [];

    /// <exception cref="FormatException">An id is not 16 hex digits, or there twice.</exception>
    public SpanNames(EvidenceSpans spans)
    {
        foreach (var operation in spans.Operations)
        {
            if (!StreamId.TryParse(operation.Id, out var id) || !_byId.TryAdd(id.Value, operation))
                throw new FormatException($"spans.operations: '{operation.Id}' is not an id, or there twice");
        }
    }

    /// <summary>Service and span name.</summary>
    public string Of(ulong operation) => operation switch
    {
        JudgedSpan.NoCaller => "nothing",
        JudgedSpan.MissingCaller => "a span that was not received",
        _ => _byId.TryGetValue(operation, out var known) ? $"{known.Service} {known.Name}" : "another operation",
    };

    public static EvidenceOperation Of(EventStream stream, byte[] state) =>
        new(new StreamId(stream.Id).ToString(), Encoding.UTF8.GetString(stream.Service), Encoding.UTF8.GetString(stream.Name), state);

    /// <summary>Those of the operations that are known, without their models.</summary>
    public static IEnumerable<EvidenceOperation> Of(IEnumerable<ulong> operations, Func<ulong, EventStream?> find) =>
        operations.Select(find).OfType<EventStream>().Select(stream => Of(stream, []));

    /// <exception cref="InvalidDataException">Not as the engine writes it.</exception>
    public static SpanModel Model(EvidenceOperation operation)
    {
        var model = new SpanModel();
        ReadOnlySpan<byte> state = operation.State;
        model.Load(ref state);
        return state.IsEmpty ? model : throw new InvalidDataException($"{state.Length} bytes after the state of operation {operation.Id}");
    }

    public static string Hex(ulong high, ulong low) => string.Create(CultureInfo.InvariantCulture, $"{high:x16}{low:x16}");
}

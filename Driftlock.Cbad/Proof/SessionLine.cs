using System.Globalization;
using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>An event of a session's evidence.</summary>
/// <param name="Step">What is stated about it.</param>
/// <param name="Template">The stated hash of its template.</param>
/// <param name="Encoded">As in the window.</param>
internal sealed record SessionLine(EvidenceStep Step, ulong Template, byte[] Encoded)
{
    private const string NoText = "(a line of which no text was kept)";

    public EventView View => EventReader.Decode(Signal.Logs, Encoded);

    /// <summary>As shown: the record, or what lines of its kind look like.</summary>
    public string Text => Step.Text switch
    {
        EvidenceStep.Record => Wording.TextOf(View),
        EvidenceStep.Example => $"(such as) {RecordText.BodyOf(View)}",
        _ => NoText,
    };

    /// <exception cref="FormatException">Not a step for each event, or a template that is not 16 hex digits.</exception>
    public static List<SessionLine> ReadAll(EvidenceSession session, ReadOnlySpan<byte> events)
    {
        var lines = new List<SessionLine>(session.Steps.Count);
        var reader = new EventReader(Signal.Logs, events);
        while (reader.Next(out var view))
        {
            if (lines.Count == session.Steps.Count) break;
            var step = session.Steps[lines.Count];
            if (!ulong.TryParse(step.Template, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var template) || step.Template.Length != 16)
                throw new FormatException($"session.steps[{lines.Count}].template: 16 hex digits are right");
            lines.Add(new SessionLine(step, template, view.Encoded.ToArray()));
        }
        if (lines.Count != session.Steps.Count || reader.Next(out _)) throw new FormatException("session.steps: one for each event of the window is right");
        return lines;
    }

    /// <summary>Notes where a step states something else than its event says.</summary>
    /// <param name="lines">Of the session.</param>
    /// <param name="session">The statement.</param>
    /// <param name="comparison">To note it in.</param>
    public static void Check(List<SessionLine> lines, EvidenceSession session, Comparison comparison)
    {
        var key = Encoding.UTF8.GetBytes(session.Key);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (i > 0 && line.Step.Event <= lines[i - 1].Step.Event) throw new FormatException($"session.steps[{i}].event must ascend");
            if (line.Step.Text is not (EvidenceStep.Record or EvidenceStep.Example or EvidenceStep.None)) throw new FormatException($"session.steps[{i}].text: '{line.Step.Text}' is none of the three");
            if (line.Step.Text != EvidenceStep.None) comparison.Compare($"session.steps[{i}].template", line.Step.Template, SessionProof.Hex(LineModel.TemplateOf(line.View)));
            // A long record is kept without its attributes.
            var value = Sessions.LogSessions.KeyOf(line.View, key);
            if (!value.IsEmpty) comparison.Compare("session.value", session.Value, SessionProof.ValueOf(key, value));
        }
    }
}

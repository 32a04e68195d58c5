using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cbad.Proof;

/// <summary>The proof of a flagged session of log records: made, and made again to check it, from what was known before the session and its records.</summary>
internal static class SessionProof
{
    /// <param name="stream">Of the session.</param>
    /// <param name="sessions">Before the session was learned.</param>
    /// <param name="session">The session.</param>
    public static WindowProof Make(LogStream stream, LogSessions sessions, ClosedSession session)
    {
        var state = new ByteBuffer();
        sessions.Past.Save(state);
        var examples = sessions.Examples.All();
        var events = Events(sessions, session, examples, out var steps);
        var proven = new EvidenceSession(
            Encoding.UTF8.GetString(sessions.Key), ValueOf(sessions.Key, session.Key), session.Count, steps,
            [.. examples.Select(example => new EvidenceExample(Encoding.UTF8.GetString(example.Name), Encoding.UTF8.GetString(example.Body)))], state.Written.ToArray());
        var (calibration, explanation) = Of(proven, SessionLine.ReadAll(proven, events), Encoding.UTF8.GetString(stream.Service), CompressionPanel.Seed(stream.Id, session.FirstEvent));
        return new WindowProof(null, null, null, events, OpenSessions.MaxEventsOfOne, calibration, explanation) { Session = proven };
    }

    /// <summary>Computes templates, score, rank and explanation again; the p-value to be tested.</summary>
    /// <exception cref="FormatException">The statement is not one that the engine makes.</exception>
    /// <exception cref="InvalidDataException">The state is not one.</exception>
    public static double Check(Evidence evidence, EvidenceSession session, Comparison comparison)
    {
        var lines = SessionLine.ReadAll(session, evidence.Window.Events);
        SessionLine.Check(lines, session, comparison);
        comparison.Compare("session.key", session.Key, evidence.Configuration.SessionKey);
        comparison.Compare("window.windowEvents", evidence.Window.WindowEvents, OpenSessions.MaxEventsOfOne);
        comparison.Compare("window.firstEvent", evidence.Window.FirstEvent, session.Steps[0].Event);
        var (calibration, explanation) = Of(session, lines, evidence.Stream.Service, CompressionPanel.SeedOf(evidence));
        comparison.Compare(evidence.Calibration, calibration);
        comparison.Compare(evidence.Explanation, explanation);
        return calibration.PValue;
    }

    public static string Hex(ulong template) => template.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>A session's name as evidence states it.</summary>
    public static string ValueOf(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        key.IsEmpty ? Convert.ToHexStringLower(value) : Encoding.UTF8.GetString(WindowBuffer.Cut(value, OpenSessions.MaxKeyBytes));

    private static (EvidenceCalibration Calibration, Explanation Explanation) Of(EvidenceSession session, List<SessionLine> lines, string service, ulong seed)
    {
        var past = new SessionStream(SessionCapacity.Live);
        ReadOnlySpan<byte> state = session.State;
        past.Load(ref state);
        if (!state.IsEmpty) throw new InvalidDataException($"{state.Length} bytes after the state of the sessions");
        ulong[] templates = [.. lines.Select(line => line.Template)];
        var judged = past.Judge(templates);
        var ranked = StreamPValue.Of(judged, past);
        var calibration = new EvidenceCalibration
        {
            PValue = ranked.PValue,
            Dispersion = 1,
            Windows = past.Ranking.Count,
            Extrapolated = ranked.IsExtrapolated,
            Statistics =
            [
                Statistic("evidence", "how unusual order and numbers of the session's lines are: -ln p summed over four views", judged.Evidence, ranked.Evidence, past.Ranking.Evidences),
                Statistic("nearest", "how far its numbers are from those of the nearest past session, 0 to 1", judged.Score.Distance, ranked.Nearest, past.Ranking.Distances, CountVectors.Farthest),
                Statistic("missing", "bits of the most unusual absence of a kind of line", judged.Score.Missing, ranked.Missing, past.Missing),
            ],
        };
        return (calibration, new SessionExplainer(session, lines, past.Model, service).Explain(ranked.PValue, seed));
    }

    private static EvidenceStatistic Statistic(string name, string label, int value, double pValue, ScoreHistory past, double scale = FixedLog.One) => new(
        name, label, value / scale, pValue, StreamPValue.Weight, [.. past.Largest.ToArray().Select(score => score / scale)], past.Count, past.AtLeast(value),
        past.Positive);

    // A record that is not kept any more is shown by an example of its template, which gives the same hash.
    private static byte[] Events(LogSessions sessions, ClosedSession session, List<(ulong Template, byte[] Name, byte[] Body)> examples, out List<EvidenceStep> steps)
    {
        var records = sessions.Records.From(session.FirstEvent);
        var byTemplate = examples.ToDictionary(example => example.Template);
        var events = new EventWriter();
        var all = new ByteBuffer();
        steps = new List<EvidenceStep>(session.Events.Length);
        foreach (ref readonly var kept in session.Events)
        {
            var number = session.FirstEvent + kept.Offset;
            var text = EvidenceStep.Record;
            if (records.TryGetValue(number, out var record))
            {
                BinaryPrimitives.WriteInt32LittleEndian(all.GetSpan(sizeof(int)), record.Length);
                all.Advance(sizeof(int));
                all.WriteRaw(record);
            }
            else
            {
                var isKnown = byTemplate.TryGetValue(kept.Template, out var example);
                text = isKnown ? EvidenceStep.Example : EvidenceStep.None;
                events.Clear();
                events.Begin(kept.TimeUnixNano, kept.Severity, example.Name, example.Body);
                events.End();
                all.WriteRaw(events.Written);
            }
            steps.Add(new EvidenceStep(Hex(kept.Template), number, text));
        }
        return all.Written.ToArray();
    }
}

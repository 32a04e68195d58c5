using System.Globalization;
using System.Text;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;
using Driftlock.Cbad.Sessions;

namespace Driftlock.Cbad.Proof;

/// <summary>What people read of a flagged session.</summary>
/// <param name="session">The statement.</param>
/// <param name="lines">Its records.</param>
/// <param name="model">Before the session was learned.</param>
/// <param name="service">Of the stream.</param>
internal sealed class SessionExplainer(EvidenceSession session, List<SessionLine> lines, SessionModel model, string service)
{
    private const int MostExpected = 3;
    private const int MostCounts = 5;
    private const int LeastCountBits = 8 * FixedLog.One;
    private const string End = "the end of the session";
    private readonly ulong[] _templates = [.. lines.Select(line => line.Template)];
    private readonly Dictionary<ulong, string> _texts = Texts(session, lines);

    public Explanation Explain(double pValue, ulong seed)
    {
        var found = model.Explain(_templates, MostCounts);
        var odd = found.Counts.Where(count => count.Count != count.Usual).ToList();
        var explained = lines.Select((line, index) => Line(line, index)).ToArray();
        // A line counts for its place and for its kind's number, so that one too many is named wherever it stands.
        var weights = lines.Select((line, index) =>
            model.Sequence.CodeLength(_templates, index) + odd.Where(count => count.Template >> 16 == line.Template >> 16).Sum(count => (long)count.Bits)).ToArray();
        int[] costliest = [.. Enumerable.Range(0, lines.Count).OrderByDescending(i => weights[i]).ThenBy(i => i).Take(WindowExplainer.MostCostliest).Where((i, place) => place == 0 || weights[i] >= FixedLog.One)];
        foreach (var index in costliest) explained[index] = explained[index] with { Expected = Expected(index) };
        var end = ScoredWindow.ToBits(model.Sequence.CodeLength(_templates, lines.Count));
        var total = explained.Sum(line => line.Bits) + end;
        var part = new ExplainedSession(
            session.Key.Length == 0 ? "trace id" : session.Key, session.Value, session.Events, model.Sessions, [.. odd.Select(Step)],
            found.Costliest == lines.Count ? Expected(lines.Count) : []);
        return new Explanation
        {
            Unit = Units.Session,
            Why = SessionWording.Why(part, service, Order(found.Costliest), IsOrder(odd), session.Key.Length == 0, pValue),
            Severity = Wording.Severity(pValue, 0, default),
            Score = Wording.Score(pValue),
            ExcessBits = total - explained.Sum(line => line.ExpectedBits) - LikeliestBits(lines.Count),
            TotalBits = total,
            AffectedShare = Math.Max(1, explained.Count(line => line.Bits > line.ExpectedBits + WindowExplainer.StandsOutBits)) / (double)lines.Count,
            Lines = explained,
            Costliest = costliest,
            NearestNormals = [],
            Compression = CompressionPanel.Measure([.. explained.Select(line => line.Text)], [], seed),
            Session = part,
        };
    }

    // The number of a kind of line says more to people than a place does, where it is unusual at all.
    private static bool IsOrder(List<UnusualCount> odd) => odd.Count == 0 || odd[0].Bits < LeastCountBits;

    private ExplainedLine Line(SessionLine line, int index) => new()
    {
        Index = index,
        Event = line.Step.Event,
        TimeUnixNano = line.View.TimeUnixNano.ToString(CultureInfo.InvariantCulture),
        Severity = RecordText.SeverityName(line.View.Severity),
        Text = line.Text,
        Bits = ScoredWindow.ToBits(model.Sequence.CodeLength(_templates, index)),
        ExpectedBits = LikeliestBits(index),
        IsNew = model.Templates.SymbolOf(line.Template) == SessionTemplates.Unknown,
        Tokens = [],
        Expected = [],
    };

    private double LikeliestBits(int index) =>
        model.Sequence.Expected(_templates, index, 1) is [var likeliest] ? -ExactMath.Log(likeliest.Probability) * ExactMath.BitsPerNatural : 0;

    private List<ExpectedInstead> Expected(int index) =>
        [.. model.Sequence.Expected(_templates, index, MostExpected).Select(expected => new ExpectedInstead(expected.Template == 0 ? End : TextOf(expected.Template) ?? SessionWording.NoText, expected.Probability))];

    private UnusualStep Step(UnusualCount count) =>
        new(TextOf(count.Template), count.Count, count.Usual, count.UsualShare, model.Counts.ShareWith(count.Template), ScoredWindow.ToBits(count.Bits));

    private OddPlace Order(int index) => new(
        index == lines.Count ? null : TextOf(_templates[index]) ?? SessionWording.NoText, index == 0 ? null : TextOf(_templates[index - 1]) ?? SessionWording.NoText,
        Expected(index).FirstOrDefault());

    private string? TextOf(ulong template) => _texts.GetValueOrDefault(template >> 16);

    private static Dictionary<ulong, string> Texts(EvidenceSession session, List<SessionLine> lines)
    {
        var texts = new Dictionary<ulong, string>();
        var record = new EventWriter();
        foreach (var example in session.Examples)
        {
            record.Clear();
            record.Begin(0, 0, Encoding.UTF8.GetBytes(example.Name), Encoding.UTF8.GetBytes(example.Text));
            record.End();
            var view = EventReader.Decode(Signal.Logs, record.Written[sizeof(uint)..]);
            texts.TryAdd(LineModel.TemplateOf(view) >> 16, RecordText.BodyOf(view));
        }
        // The session's own words first: its numbers are what is looked for in a log.
        foreach (var line in lines)
            if (line.Step.Text == EvidenceStep.Record) texts[line.Template >> 16] = RecordText.BodyOf(line.View);
        return texts;
    }
}

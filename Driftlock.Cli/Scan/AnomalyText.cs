using System.Globalization;
using Driftlock.Cbad;
using Driftlock.Telemetry.Files;

namespace Driftlock.Cli.Scan;

/// <summary>An anomaly for people: the sentence, the costliest lines with their costly tokens underlined, and what is usual instead.</summary>
internal static class AnomalyText
{
    private const int MaxLines = 3;
    private const int MaxWidth = 160;

    public static void Write(TextWriter output, Verdict verdict)
    {
        var explanation = verdict.Evidence!.Explanation;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"ANOMALY {explanation.Severity} (score {explanation.Score})  {Printable(verdict.Evidence.Stream.Service)} {Printable(verdict.Evidence.Stream.Name)}{Events(verdict)}"));
        output.WriteLine($"  {explanation.Why}");
        foreach (var line in explanation.Costliest.Take(MaxLines).Select(index => explanation.Lines[index]))
        {
            if (line.Bits <= line.ExpectedBits) continue;
            var text = Printable(line.Text);
            // The metrics of a resource have no place in one stream.
            var place = verdict.Unit == JudgedUnit.Resource ? "" : string.Create(CultureInfo.InvariantCulture, $"event {line.Event}: ");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {place}{line.Bits:F0} bits (usual {line.ExpectedBits:F0}){(line.IsNew ? ", new" : "")}"));
            output.WriteLine($"    {text}");
            if (Marks(line, text.Length) is { Length: > 0 } marks) output.WriteLine($"    {marks}");
        }
        if (explanation.Costliest is [var first, ..])
        {
            foreach (var expected in explanation.Lines[first].Expected.Take(1))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  usual instead ({expected.Share:P0} of the time): {Printable(expected.Text)}"));
        }
        output.WriteLine();
    }

    private static string Events(Verdict verdict) => (verdict.EventCount, AnomalyJson.LastEvent(verdict)) switch
    {
        (0, _) => "",
        (1, _) => string.Create(CultureInfo.InvariantCulture, $"  event {verdict.FirstEvent}"),
        (_, var last) => string.Create(CultureInfo.InvariantCulture, $"  events {verdict.FirstEvent}-{last}"),
    };

    // The tokens that carry most of the line's bits, underlined.
    private static string Marks(ExplainedLine line, int width)
    {
        var marks = new char[width];
        Array.Fill(marks, ' ');
        var least = line.Tokens.Count == 0 ? 0 : line.Tokens.Max(token => token.Bits) / 4;
        foreach (var token in line.Tokens.Where(token => token.Bits >= least))
            for (var i = token.Start; i < Math.Min(width, token.Start + token.Length); i++) marks[i] = '^';
        return new string(marks).TrimEnd();
    }

    // Control characters in a log must not reach the terminal.
    private static string Printable(string text)
    {
        var cut = text.Length <= MaxWidth ? text : text[..MaxWidth];
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}

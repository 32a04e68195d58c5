using System.Globalization;
using Driftlock.Cbad;

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
            $"ANOMALY {explanation.Severity} (score {explanation.Score})  {Printable(verdict.Evidence.Stream.Service)} {Printable(verdict.Evidence.Stream.Name)}  events {verdict.FirstEvent}-{AnomalyJson.LastEvent(verdict)}"));
        output.WriteLine($"  {explanation.Why}");
        foreach (var line in explanation.Costliest.Take(MaxLines).Select(index => explanation.Lines[index]))
        {
            if (line.Bits <= line.ExpectedBits) continue;
            var text = Printable(line.Text);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  event {line.Event}: {line.Bits:F0} bits (usual {line.ExpectedBits:F0}){(line.IsNew ? ", new" : "")}"));
            output.WriteLine($"    {text}");
            output.WriteLine($"    {Marks(line, text.Length)}");
        }
        var first = explanation.Lines[explanation.Costliest[0]];
        foreach (var expected in first.Expected.Take(1))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  usual instead ({expected.Share:P0} of normal lines): {Printable(expected.Text)}"));
        output.WriteLine();
    }

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

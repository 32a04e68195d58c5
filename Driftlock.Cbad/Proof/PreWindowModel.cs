using System.Globalization;
using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cbad.Proof;

/// <summary>
/// The part of a stream's model that a window touched, as it was before the window. Nothing is recorded while events stream by:
/// learning only adds, so what the window added is learned again into empty tables and subtracted.
/// </summary>
internal static class PreWindowModel
{
    // What one window adds always fits, even where the stream's own tables were full.
    private const int Roomy = 16;

    public static EvidenceModel Recover(LogStream stream)
    {
        var after = stream.Model;
        var inserted = stream.NewTemplates.ToHashSet();
        var known = new SortedSet<ulong>();
        var reader = new EventReader(Signal.Logs, stream.Window.Events.Written);
        while (reader.Next(out var view))
        {
            var template = LineModel.TemplateOf(view);
            if (after.Templates.Contains(template) && !inserted.Contains(template)) known.Add(template);
        }
        var freeTemplates = after.Templates.Free + inserted.Count;
        var window = new LineModel(Roomy);
        foreach (var template in known) window.Templates.Add(template, 0);
        window.Templates.AllowFree(freeTemplates);
        reader = new EventReader(Signal.Logs, stream.Window.Events.Written);
        while (reader.Next(out var view)) window.ScoreAndLearn(view, 0);
        var header = Before(after.Header.Counts, window.Header.Counts, out var freeHeader);
        var content = Before(after.Content.Counts, window.Content.Counts, out var freeContent);
        return new EvidenceModel
        {
            KnownTemplates = [.. known.Select(template => template.ToString("x16", CultureInfo.InvariantCulture))],
            Header = header,
            Content = content,
            Free = [freeTemplates, freeHeader, freeContent],
            PastBits = stream.PastBits / (double)FixedLog.One,
            PastLines = stream.FirstEvent,
        };
    }

    /// <summary>The model with exactly these counts.</summary>
    /// <exception cref="FormatException">The bundle's model is not well formed.</exception>
    public static LineModel Rebuild(EvidenceModel model)
    {
        if (model.Free.Count != 3 || model.Header.Count % 4 != 0 || model.Content.Count % 4 != 0)
            throw new FormatException("model: rows are not complete");
        var rebuilt = new LineModel();
        foreach (var text in model.KnownTemplates)
        {
            if (!ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var template) || template == 0)
                throw new FormatException($"model.knownTemplates: '{text}' is not a template");
            rebuilt.Templates.Add(template, 0);
        }
        rebuilt.Templates.AllowFree(model.Free[0]);
        Fill(rebuilt.Header.Counts, model.Header, model.Free[1], HeaderModel.MaxSlots);
        Fill(rebuilt.Content.Counts, model.Content, model.Free[2], ContentModel.MaxSlots);
        return rebuilt;
    }

    private static void Fill(CountTable table, IReadOnlyList<long> rows, int free, int maxSlots)
    {
        if (rows.Count / 4 > maxSlots / 4 * 3) throw new FormatException("model: more counts than a model can hold");
        for (var i = 0; i < rows.Count; i += 4)
            table.Put(checked((uint)rows[i]), checked((ushort)rows[i + 1]), checked((uint)rows[i + 2]), checked((ushort)rows[i + 3]));
        table.AllowFree(free);
    }

    private static List<long> Before(CountTable after, CountTable window, out int free)
    {
        free = after.Free;
        // What the window added to each context's total and to its number of distinct followers.
        var totals = new Dictionary<uint, (long Count, int Distinct)>();
        var rows = new List<(uint Context, ushort Symbol, uint Count, ushort Distinct)>();
        foreach (var (context, symbol, added, _) in window.Entries())
        {
            if (symbol == CountTable.Total) continue;
            var now = after.Get(context, symbol).Count;
            // Not learned: the table was full.
            if (now == 0) continue;
            var before = now - added;
            var sum = totals.GetValueOrDefault(context);
            totals[context] = (sum.Count + added, sum.Distinct + (before == 0 ? 1 : 0));
            if (before == 0) free++;
            else rows.Add((context, symbol, before, 0));
        }
        foreach (var (context, symbol, _, _) in window.Entries())
        {
            if (symbol != CountTable.Total) continue;
            var (now, distinct) = after.Get(context, CountTable.Total);
            if (now == 0) continue;
            var added = totals.GetValueOrDefault(context);
            var before = now - added.Count;
            if (before == 0) free++;
            else rows.Add((context, CountTable.Total, (uint)before, (ushort)(distinct - added.Distinct)));
        }
        rows.Sort();
        return [.. rows.SelectMany(row => (long[])[row.Context, row.Symbol, row.Count, row.Distinct])];
    }
}

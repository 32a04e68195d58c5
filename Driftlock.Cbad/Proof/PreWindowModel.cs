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
        var templates = new SortedSet<ulong>();
        var kinds = new SortedDictionary<ulong, long>();
        var lines = 0UL;
        Span<ushort> symbols = stackalloc ushort[RecordKind.MaxSymbols];
        for (var reader = new EventReader(Signal.Logs, stream.Window.Events.Written); reader.Next(out var view); lines++)
        {
            var template = LineModel.TemplateOf(view);
            if (after.Templates.Find(template).Count > 0 && !inserted.Contains(template)) templates.Add(template);
            var kind = RecordKind.Read(view, symbols, out _, default);
            kinds[kind] = kinds.GetValueOrDefault(kind, after.Header.Kinds.Find(kind).Count) - 1;
        }
        var newKinds = kinds.Count(kind => kind.Value == 0);
        var before = new EvidenceModel
        {
            KnownTemplates = [.. templates.Select(Hex)],
            ErrorTemplates = [.. templates.Where(template => after.Templates.Find(template).IsError).Select(Hex)],
            Kinds = [.. kinds.Where(kind => kind.Value > 0).Select(kind => new EvidenceKind(Hex(kind.Key), kind.Value))],
            KindEvents = (long)(after.Header.Events - lines),
            KindCount = after.Header.Kinds.Count - newKinds,
            NewRate = stream.NewRateBefore,
            Regular = [.. Regular(stream)],
            Header = [],
            Content = [],
            Free = [after.Templates.Free + inserted.Count, after.Header.Kinds.Free + newKinds, 0, 0],
            PastBits = stream.PastBits / (double)FixedLog.One,
            PastLines = stream.FirstEvent,
        };
        var window = new LineModel(Roomy);
        FillSeen(window, before);
        for (var reader = new EventReader(Signal.Logs, stream.Window.Events.Written); reader.Next(out var view);) window.ScoreAndLearn(view, 0);
        var header = Before(after.Header.Counts, window.Header.Counts, out var freeHeader);
        var content = Before(after.Content.Counts, window.Content.Counts, out var freeContent);
        return before with { Header = header, Content = content, Free = [before.Free[0], before.Free[1], freeHeader, freeContent] };
    }

    /// <summary>The model with exactly these counts.</summary>
    /// <exception cref="FormatException">The bundle's model is not well formed.</exception>
    public static LineModel Rebuild(EvidenceModel model)
    {
        if (model.Free.Count != 4 || model.Header.Count % 4 != 0 || model.Content.Count % 4 != 0)
            throw new FormatException("model: rows are not complete");
        var rebuilt = new LineModel();
        FillSeen(rebuilt, model);
        Fill(rebuilt.Header.Counts, model.Header, model.Free[2], HeaderModel.MaxSlots);
        Fill(rebuilt.Content.Counts, model.Content, model.Free[3], ContentModel.MaxSlots);
        return rebuilt;
    }

    /// <summary>The regular templates and texts as they were.</summary>
    public static RegularLines RebuildRegular(EvidenceModel model)
    {
        if (model.Regular.Count > RegularLines.Most) throw new FormatException($"model.regular: {model.Regular.Count} lines; at most {RegularLines.Most}");
        var rebuilt = new RegularLines();
        rebuilt.Restore(
        [
            .. model.Regular.Select(line => new RegularLine
            {
                Hash = Parse(line.Template, "model.regular"), First = line.First, Last = line.Last, Count = line.Lines, Windows = line.Windows,
                LastWindow = -1, Longest = line.LongestGap,
            }),
        ]);
        return rebuilt;
    }

    public static string Hex(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    private static IEnumerable<EvidenceRegular> Regular(LogStream stream)
    {
        foreach (var line in stream.Regular.Before.ToArray())
            yield return new EvidenceRegular(Hex(line.Hash), line.First, line.Last, line.Count, line.Windows, line.Longest);
    }

    private static void FillSeen(LineModel model, EvidenceModel from)
    {
        if (from.KnownTemplates.Count > LineModel.MaxTemplateSlots / 2 || from.Kinds.Count > HeaderModel.MaxKindSlots / 2 || from.KindCount < from.Kinds.Count)
            throw new FormatException("model: more than a window can touch");
        var errors = from.ErrorTemplates.ToHashSet(StringComparer.Ordinal);
        foreach (var text in from.KnownTemplates) model.Templates.Add(Parse(text, "model.knownTemplates"), 1, 0, errors.Contains(text));
        model.Templates.AllowFree(from.Free[0]);
        foreach (var kind in from.Kinds) model.Header.Kinds.Add(Parse(kind.Hash, "model.kinds"), checked((uint)kind.Events), 0, isError: false);
        model.Header.Kinds.AllowFree(from.Free[1]);
        model.Header.Events = checked((ulong)from.KindEvents);
        model.Header.KindsElsewhere = from.KindCount - from.Kinds.Count;
        model.NewRate = from.NewRate;
    }

    private static ulong Parse(string text, string where) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash) && hash != 0
            ? hash : throw new FormatException($"{where}: '{text}' is not a hash");

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

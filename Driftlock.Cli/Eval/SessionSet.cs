using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Logs;

namespace Driftlock.Cli.Eval;

/// <summary>One labelled session.</summary>
/// <param name="Events">A template hash an event.</param>
/// <param name="Text">Its events, one a line.</param>
/// <param name="IsAnomaly">The label; nothing but the measures may look at it.</param>
/// <param name="Weight">How many such sessions it stands for in the measures.</param>
internal sealed record LabelledSession(ReadOnlyMemory<ulong> Events, byte[] Text, bool IsAnomaly, double Weight);

/// <summary>train.jsonl[.gz] and test.jsonl[.gz] of one directory, and what came with them.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Train">What came before, oldest first; taken for normal.</param>
/// <param name="Test">What is judged.</param>
/// <param name="TrainContaminated">The same past with unmarked anomalies; null where there is none.</param>
/// <param name="TestAfterContaminated">What is judged with it: without the sessions that moved into it.</param>
internal sealed record SessionSet(
    string Name, IReadOnlyList<LabelledSession> Train, IReadOnlyList<LabelledSession> Test,
    IReadOnlyList<LabelledSession>? TrainContaminated, IReadOnlyList<LabelledSession> TestAfterContaminated)
{
    private const int LeastTraining = 2;

    /// <summary>The set in a directory, or those in its directories, ordered by name.</summary>
    /// <exception cref="InputException">No such directory, no set, or a line that is not a session.</exception>
    public static IReadOnlyList<SessionSet> ReadAll(string directory)
    {
        if (!Directory.Exists(directory)) throw new InputException($"{directory}: no such directory");
        if (Find(directory, "train") is not null) return [Read(directory)];
        var sets = Directory.EnumerateDirectories(directory).Where(inner => Find(inner, "train") is not null).Order(StringComparer.Ordinal).ToList();
        if (sets.Count == 0) throw new InputException($"{directory}: no train.jsonl or train.jsonl.gz found");
        return [.. sets.Select(Read)];
    }

    private static SessionSet Read(string directory)
    {
        var test = ReadSessions(Find(directory, "test") ?? throw new InputException($"{directory}: no test.jsonl or test.jsonl.gz beside train"));
        if (test.Count == 0) throw new InputException($"{directory}: test holds no session");
        var contaminated = Find(directory, "train_contaminated");
        var rest = Find(directory, "test_without_contaminants");
        return new SessionSet(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))), ReadTraining(Find(directory, "train")!), test,
            contaminated is null ? null : ReadTraining(contaminated), rest is null ? test : ReadSessions(rest));
    }

    private static string? Find(string directory, string name) =>
        new[] { $"{name}.jsonl", $"{name}.jsonl.gz" }.Select(file => Path.Combine(directory, file)).FirstOrDefault(File.Exists);

    private static List<LabelledSession> ReadTraining(string path)
    {
        var sessions = ReadSessions(path);
        if (sessions.Count < LeastTraining) throw new InputException($"{path}: {sessions.Count} sessions; at least {LeastTraining} are needed to learn from");
        return sessions;
    }

    private static List<LabelledSession> ReadSessions(string path)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var sessions = new List<LabelledSession>();
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text)) continue;
            try
            {
                using var document = JsonDocument.Parse(text);
                sessions.Add(Session(document.RootElement));
            }
            catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
            {
                throw new InputException($"{path}:{line}: not a session: {failure.Message}");
            }
        }
        return sessions;
    }

    private static LabelledSession Session(JsonElement session)
    {
        var events = new List<ulong>();
        var text = new StringBuilder();
        foreach (var item in session.GetProperty("events").EnumerateArray())
        {
            // Numbers are names of templates too.
            var name = item.ValueKind == JsonValueKind.Number ? item.GetRawText() : item.GetString() ?? throw new FormatException("an event is null");
            events.Add(Template(name));
            text.Append(name).Append('\n');
        }
        var label = session.GetProperty("label").GetInt32();
        if (label is not (0 or 1)) throw new FormatException($"label {label} is neither 0 nor 1");
        var weight = session.TryGetProperty("weight", out var given) ? given.GetDouble() : 1;
        if (!(weight > 0)) throw new FormatException($"weight {weight} is not above 0");
        return new LabelledSession(events.ToArray(), Encoding.UTF8.GetBytes(text.ToString()), label == 1, weight);
    }

    // A single word is the name that someone else's parser gave a template, "E5" is not "E7"; anything longer is text.
    private static ulong Template(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (name.Any(char.IsWhiteSpace)) return TokenTemplate.Hash(bytes, 0);
        var hash = 14695981039346656037;
        foreach (var b in bytes) hash = (hash ^ b) * 1099511628211;
        return ((hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9) | 1;
    }
}

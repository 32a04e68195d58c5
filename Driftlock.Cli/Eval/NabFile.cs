using System.Globalization;
using System.Text.Json;

namespace Driftlock.Cli.Eval;

/// <summary>One NAB series and its labelled windows, as rows from <c>First</c> to <c>Last</c>, both inside, ascending.</summary>
/// <param name="Times">Nanoseconds since 1970, the file's clock read as UTC.</param>
internal sealed record NabFile(string Name, ulong[] Times, double[] Values, IReadOnlyList<(int First, int Last)> Windows)
{
    private const string Labels = "labels/combined_windows.json";

    public static bool IsLayout(string directory) => File.Exists(Path.Combine(directory, Labels));

    /// <summary>The labelled files that are there; a sub-set of the corpus works.</summary>
    /// <exception cref="InputException">No labels, no series, or a row that cannot be read.</exception>
    public static IReadOnlyList<NabFile> ReadAll(string directory)
    {
        var labels = Path.Combine(directory, Labels);
        if (!File.Exists(labels)) throw new InputException($"{labels}: no such file");
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(labels));
        }
        catch (JsonException failure)
        {
            throw new InputException($"{labels}:{(failure.LineNumber ?? 0) + 1}: {failure.Message}");
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InputException($"{labels}: not an object of file names");
            var files = document.RootElement.EnumerateObject().OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => Read(directory, labels, entry)).OfType<NabFile>().ToList();
            if (files.Count == 0) throw new InputException($"{directory}: none of the labelled files is in data/");
            return files;
        }
    }

    private static NabFile? Read(string directory, string labels, JsonProperty entry)
    {
        var path = Path.Combine(directory, "data", entry.Name);
        if (!File.Exists(path)) path += ".gz";
        if (!File.Exists(path)) return null;
        var times = new List<ulong>();
        var values = new List<double>();
        var number = 1;
        foreach (var line in LabelledLog.ReadLines(path).Skip(1))
        {
            number++;
            if (line.Length == 0) continue;
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0 || !TryTime(line.AsSpan(0, comma), out var time)
                || !double.TryParse(line.AsSpan(comma + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                throw new InputException($"{path}:{number}: not 'timestamp,value': {line}");
            times.Add(time);
            values.Add(value);
        }
        var windows = new List<(int First, int Last)>();
        if (entry.Value.ValueKind != JsonValueKind.Array) throw new InputException($"{labels}: {entry.Name}: not a list of windows");
        foreach (var window in entry.Value.EnumerateArray())
        {
            if (window.ValueKind != JsonValueKind.Array || window.GetArrayLength() != 2 || !TryTime(window[0], out var from) || !TryTime(window[1], out var to))
                throw new InputException($"{labels}: {entry.Name}: a window is not two times");
            // A time that stands in two rows means its first one.
            var (first, last) = (times.IndexOf(from), times.IndexOf(to));
            if (first < 0 || last <= first) throw new InputException($"{labels}: {entry.Name}: a window is not two times of {path}, the second later");
            windows.Add((first, last));
        }
        return new NabFile(entry.Name, [.. times], [.. values], [.. windows.Order()]);
    }

    private static bool TryTime(JsonElement time, out ulong nanoseconds)
    {
        nanoseconds = 0;
        return time.ValueKind == JsonValueKind.String && TryTime(time.GetString(), out nanoseconds);
    }

    private static bool TryTime(ReadOnlySpan<char> text, out ulong nanoseconds)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var read = DateTime.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time);
        nanoseconds = read ? (ulong)(time - DateTime.UnixEpoch).Ticks * 100 : 0;
        return read;
    }
}

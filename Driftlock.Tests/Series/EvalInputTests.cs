using System.Text.Json;
using Driftlock.Cbad.Coding;
using Driftlock.Cli;
using Driftlock.Cli.Eval;

namespace Driftlock.Tests.Series;

public sealed class EvalInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driftlock-eval").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_wrong_column_is_named_with_file_and_line()
    {
        Write("a_train.csv", "1,2\n3,4\n");
        Write("a_test.csv", "1,2\n3\n");
        Write("a_test_label.csv", "0\n1\n");
        var failure = Assert.Throws<InputException>(() => MetricTable.ReadAll(_folder));
        Assert.Contains("a_test.csv:2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_no_number_is_named_with_file_and_line()
    {
        Write("labels/combined_windows.json", """{"x/a.csv": []}""");
        Write("data/x/a.csv", "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,one\n");
        var failure = Assert.Throws<InputException>(() => NabFile.ReadAll(_folder));
        Assert.Contains("a.csv:3", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_are_read_as_rows_with_the_first_row_of_a_repeated_time()
    {
        Write("labels/combined_windows.json", """{"x/a.csv": [["2014-01-01 00:05:00.000000", "2014-01-01 00:10:00.000000"]], "x/absent.csv": []}""");
        Write("data/x/a.csv", "timestamp,value\n2014-01-01 00:00:00,1\n2014-01-01 00:05:00,2\n2014-01-01 00:05:00,3\n2014-01-01 00:10:00,4\n");
        var file = Assert.Single(NabFile.ReadAll(_folder));
        Assert.Equal((1, 3), Assert.Single(file.Windows));
        Assert.Equal([1, 2, 3, 4], file.Values);
    }

    [Fact]
    public void Ranked_labels_know_perfect_and_tied_scores()
    {
        Assert.Equal((1, 1), RankedLabels.Judge([0.1, 0.9, 0.8, 0.2], [false, true, true, false]));
        var (area, best) = RankedLabels.Judge([1, 1, 1, 1], [false, true, false, false]);
        Assert.Equal(0.25, area, 9);
        Assert.Equal(0.4, best, 9);
    }

    [Fact]
    public void Normal_rows_of_resources_are_judged_jointly_and_stay_at_the_level()
    {
        var random = new SeededRandom(31);
        var rows = string.Concat(Enumerable.Range(0, 1600).Select(_ => FormattableString.Invariant($"{random.Normal():F4},{random.Normal():F4},{random.Normal():F4}\n")));
        Write("a_train.csv", rows);
        Write("a_test.csv", "1,2,3\n");
        Write("a_test_label.csv", "0\n");
        Assert.True(MetricTable.IsIn(_folder));
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) ResourceNullExperiment.Run(MetricTable.ReadAll(_folder), json);
        var printed = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.InRange(printed.GetProperty("rate05").GetDouble(), 0, 0.09);
        Assert.InRange(printed.GetProperty("rows").GetInt32(), 400, 1600);
        Assert.Equal(0, printed.GetProperty("seriesWithDriftAlarm").GetInt32());
    }

    [Fact]
    public void Too_few_normal_rows_of_resources_are_refused_in_words()
    {
        Write("a_train.csv", "1,2\n3,4\n");
        Write("a_test.csv", "1,2\n");
        Write("a_test_label.csv", "0\n");
        var failure = Assert.Throws<InputException>(() => ResourceNullExperiment.Run(MetricTable.ReadAll(_folder), new Utf8JsonWriter(Stream.Null)));
        Assert.Contains("no resource has more than", failure.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

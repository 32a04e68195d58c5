using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Series;

namespace Driftlock.Tests.Series;

public sealed class ResourceModelTests
{
    private const int Metrics = 6;

    [Fact]
    public void A_broken_relation_is_seen_and_named_though_every_metric_stays_in_its_range()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var random = new SeededRandom(seed);
            var model = ResourceModel.Fit(Rows(random, 1500), Metrics);
            var shares = new double[Metrics];
            var normal = Enumerable.Range(0, 500).Select(row => model.Observe(Row(random), shares)).Order().ToArray();
            var evidence = 0.0;
            for (var row = 0; row < 10; row++)
            {
                var broken = Row(random);
                broken[2] = -broken[2];
                evidence = Math.Max(evidence, model.Observe(broken, shares));
            }
            Assert.True(evidence > normal[^1], $"seed {seed}: {evidence} against at most {normal[^1]}");
            Assert.True(shares[2] == shares.Max(), $"seed {seed}: shares {string.Join(' ', shares)}");
            Assert.Equal(1, shares.Sum(), 9);
        }
    }

    [Fact]
    public void Restored_from_its_bytes_it_goes_on_bit_for_bit()
    {
        var random = new SeededRandom(6);
        var model = ResourceModel.Fit(Rows(random, 400), Metrics);
        var shares = new double[Metrics];
        for (var row = 0; row < 50; row++) model.Observe(Row(random), shares);
        var bytes = new ByteBuffer();
        model.Save(bytes);
        Assert.InRange(bytes.Length, 1, model.Bytes);
        var rest = bytes.Written;
        var restored = ResourceModel.Load(ref rest);
        Assert.True(rest.IsEmpty);
        var others = new double[Metrics];
        for (var row = 0; row < 200; row++)
        {
            var values = Row(random);
            Assert.Equal(model.Observe(values, shares), restored.Observe(values, others));
            Assert.Equal(shares, others);
        }
    }

    [Fact]
    public void Constant_metrics_missing_and_huge_values_are_harmless()
    {
        var random = new SeededRandom(7);
        var rows = Rows(random, 400);
        for (var row = 0; row < 400; row++)
        {
            rows[(row * Metrics) + 1] = 7;
            if (row % 9 == 0) rows[row * Metrics] = double.NaN;
            if (row % 31 == 0) rows[(row * Metrics) + 3] = 1e300;
        }
        var model = ResourceModel.Fit(rows, Metrics);
        var shares = new double[Metrics];
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.MaxValue, -double.MaxValue, 0 })
        {
            var evidence = model.Observe([value, value, value, value, value, value], shares);
            Assert.True(double.IsFinite(evidence) && shares.All(double.IsFinite), $"{value}: {evidence}");
        }
    }

    [Fact]
    public void A_model_of_the_most_metrics_stays_under_its_stated_size()
    {
        var random = new SeededRandom(8);
        var rows = Enumerable.Range(0, ResourceModel.MinimumRows * ResourceModel.MaxMetrics).Select(_ => random.Unit()).ToArray();
        Assert.InRange(ResourceModel.Fit(rows, ResourceModel.MaxMetrics).Bytes, 1, ResourceModel.MaxBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => ResourceModel.Fit(rows, ResourceModel.MaxMetrics + 1));
        Assert.Throws<ArgumentException>(() => ResourceModel.Fit(rows.AsSpan(0, 64), 8));
    }

    [Fact]
    public void Inverse_and_eigenvectors_are_what_they_are_called()
    {
        const int Size = 9;
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var random = new SeededRandom(seed);
            var root = Enumerable.Range(0, Size * Size).Select(_ => random.Normal()).ToArray();
            var matrix = Product(root, root);
            for (var i = 0; i < Size; i++) matrix[(i * Size) + i] += 1;
            var inverse = SymmetricMatrix.InverseRows(matrix, Size, Size);
            var (values, vectors) = SymmetricMatrix.Eigen(matrix, Size);
            var identity = Product(inverse, matrix);
            for (var i = 0; i < Size; i++)
            {
                Assert.True(i == 0 || values[i] <= values[i - 1]);
                for (var k = 0; k < Size; k++)
                {
                    Assert.Equal(i == k ? 1 : 0, identity[(i * Size) + k], 1e-9);
                    var turned = Enumerable.Range(0, Size).Sum(j => matrix[(k * Size) + j] * vectors[(i * Size) + j]);
                    Assert.Equal(values[i] * vectors[(i * Size) + k], turned, 1e-8);
                }
            }
        }

        // a b' of row-major squares.
        static double[] Product(double[] a, double[] b) => [.. Enumerable.Range(0, Size * Size)
            .Select(at => Enumerable.Range(0, Size).Sum(k => a[(at / Size * Size) + k] * b[(at % Size * Size) + k]))];
    }

    /// <summary>Six metrics that follow one load, each with a little noise.</summary>
    private static double[] Row(SeededRandom random)
    {
        var load = random.Normal();
        return [.. Enumerable.Range(0, Metrics).Select(metric => ((metric + 1) * load) + (0.2 * random.Normal()))];
    }

    private static double[] Rows(SeededRandom random, int count) => [.. Enumerable.Range(0, count).SelectMany(_ => Row(random))];
}

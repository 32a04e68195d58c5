using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Series;

/// <summary>
/// The metrics of one resource, judged together: a broken relation between metrics shows in no single series. Fitted on normal rows, the
/// last three tenths held back to calibrate on; then row by row. Four views, each as evidence against the held-back rows, summed: the
/// residuals of the row given everything else, their mean over five rows, the same metric by metric, and the part of the row outside of
/// its principal components over twenty rows.
/// </summary>
public sealed class ResourceModel
{
    public const int MaxMetrics = 64;
    public const int MinimumRows = 200;
    public const int LeastHeldRows = 60;
    public const int MaxBytes = 144 * 1024;

    private const double FitShare = 0.7;
    private const double LargestDeviations = 30;
    private const double LargestMetricEvidence = 8;
    private const int ShortRows = 5;
    private const int LongRows = 20;
    private const int Views = 4;

    private readonly double[] _mean;
    private readonly double[] _deviation;
    private readonly ConditionalResidual _residual;
    private readonly PrincipalResidual _principal;
    private readonly RunningMean _shortResiduals;
    private readonly RunningMean _shortSum = new(1, ShortRows);
    private readonly RunningMean _longNorm = new(1, LongRows);
    private readonly HeldBackTail[] _metricTails;
    private readonly HeldBackTail[] _viewTails;
    private readonly double[] _row;
    private readonly double[] _sizes;

    private ResourceModel(int metrics)
    {
        Metrics = metrics;
        _mean = new double[metrics];
        _deviation = new double[metrics];
        _residual = new ConditionalResidual(metrics);
        _principal = new PrincipalResidual(metrics);
        _shortResiduals = new RunningMean(metrics, ShortRows);
        _metricTails = [.. Enumerable.Range(0, metrics).Select(_ => new HeldBackTail())];
        _viewTails = [.. Enumerable.Range(0, Views).Select(_ => new HeldBackTail())];
        _row = new double[metrics];
        _sizes = new double[metrics];
    }

    public int Metrics { get; }

    /// <summary>Bytes of state: grows with the square of the metrics, at most <see cref="MaxBytes"/>.</summary>
    public int Bytes => (4 * Metrics * sizeof(double)) + _residual.Bytes + _principal.Bytes + _shortResiduals.Bytes + _shortSum.Bytes + _longNorm.Bytes
        + ((Metrics + Views) * HeldBackTail.Bytes);

    /// <param name="rows">Normal rows in time order, row-major. A value that is not finite counts as the metric's mean.</param>
    /// <param name="metrics">Values a row, from 1 to <see cref="MaxMetrics"/>.</param>
    /// <exception cref="ArgumentException">Fewer than <see cref="MinimumRows"/> rows, or not whole rows.</exception>
    public static ResourceModel Fit(ReadOnlySpan<double> rows, int metrics)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(metrics, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(metrics, MaxMetrics);
        if (rows.Length % metrics != 0 || rows.Length / metrics < MinimumRows)
            throw new ArgumentException($"{rows.Length} values are not at least {MinimumRows} rows of {metrics}", nameof(rows));
        var fitted = (int)(FitShare * (rows.Length / metrics)) * metrics;
        var moments = new JointMoments(metrics);
        for (var at = 0; at < fitted; at += metrics) moments.Add(rows.Slice(at, metrics));
        return Fit(moments, rows[fitted..]);
    }

    /// <param name="moments">Of normal rows.</param>
    /// <param name="held">The rows after those, row-major, to calibrate on; at least <see cref="LeastHeldRows"/>.</param>
    /// <exception cref="ArgumentException">Too few rows are held back.</exception>
    internal static ResourceModel Fit(JointMoments moments, ReadOnlySpan<double> held)
    {
        var model = new ResourceModel(moments.Metrics);
        if (held.Length < LeastHeldRows * model.Metrics) throw new ArgumentException($"{held.Length / model.Metrics} rows to calibrate on; at least {LeastHeldRows}", nameof(held));
        for (var i = 0; i < model.Metrics; i++) (model._mean[i], model._deviation[i]) = (moments.Mean(i), moments.Deviation(i));
        var standardised = new double[held.Length];
        for (var at = 0; at < held.Length; at += model.Metrics) model.Standardise(held.Slice(at, model.Metrics), standardised.AsSpan(at));
        var covariances = moments.Standardised();
        model._principal.Fit(covariances);
        model._residual.Fit(covariances, standardised);
        model.Calibrate(standardised);
        return model;
    }

    /// <summary>Scores the next row.</summary>
    /// <param name="row">One value a metric; one that is not finite counts as the metric's mean.</param>
    /// <param name="shares">Gets each metric's part in how far the row is from what its other metrics say, in squares, summing to 1, or 0 everywhere.</param>
    /// <returns>Powers of ten, summed over four views that overlap: to be ranked, not read as a probability.</returns>
    public double Observe(ReadOnlySpan<double> row, Span<double> shares)
    {
        if (row.Length != Metrics || shares.Length != Metrics) throw new ArgumentException($"{row.Length} values and {shares.Length} shares for {Metrics} metrics");
        Standardise(row, _row);
        Span<double> views = stackalloc double[Views];
        views.Clear();
        See(_row, views, shares);
        var squares = 0.0;
        for (var i = 0; i < Metrics; i++)
        {
            squares += shares[i] *= shares[i];
            views[^1] += MetricEvidence(i);
        }
        for (var i = 0; i < Metrics; i++) shares[i] = squares > 0 ? shares[i] / squares : 0;
        var evidence = 0.0;
        for (var view = 0; view < Views; view++) evidence += _viewTails[view].Evidence(views[view]);
        return evidence;
    }

    /// <summary>What each metric of a row would be if it fitted to the others, and how far from it is usual; goes a row on, so ask a copy.</summary>
    /// <param name="row">As for <see cref="Observe"/>.</param>
    /// <param name="expected">Filled, one a metric.</param>
    /// <param name="deviations">Filled, one a metric.</param>
    public void Expect(ReadOnlySpan<double> row, Span<double> expected, Span<double> deviations)
    {
        Standardise(row, _row);
        _residual.Deviate(_row, expected, deviations);
        for (var i = 0; i < Metrics; i++)
        {
            expected[i] = _mean[i] + (_deviation[i] * (_row[i] - expected[i]));
            deviations[i] *= _deviation[i];
        }
    }

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Metrics);
        StateBytes.Write<double>(target, _mean);
        StateBytes.Write<double>(target, _deviation);
        _residual.Save(target);
        _principal.Save(target);
        _shortResiduals.Save(target);
        _shortSum.Save(target);
        _longNorm.Save(target);
        foreach (var tail in _metricTails) tail.Save(target);
        foreach (var tail in _viewTails) tail.Save(target);
    }

    /// <exception cref="InvalidDataException">Not written by <see cref="Save"/>.</exception>
    public static ResourceModel Load(scoped ref ReadOnlySpan<byte> source)
    {
        var metrics = Varint.Read(ref source);
        if (metrics is 0 or > MaxMetrics) throw new InvalidDataException($"a resource of {metrics} metrics; at most {MaxMetrics}");
        var model = new ResourceModel((int)metrics);
        StateBytes.Read<double>(ref source, model._mean);
        StateBytes.Read<double>(ref source, model._deviation);
        model._residual.Load(ref source);
        model._principal.Load(ref source);
        model._shortResiduals.Load(ref source);
        model._shortSum.Load(ref source);
        model._longNorm.Load(ref source);
        foreach (var tail in model._metricTails) tail.Load(ref source);
        foreach (var tail in model._viewTails) tail.Load(ref source);
        return model;
    }

    private void Standardise(ReadOnlySpan<double> row, Span<double> standardised)
    {
        for (var i = 0; i < Metrics; i++)
        {
            var deviations = (row[i] - _mean[i]) / _deviation[i];
            standardised[i] = !double.IsFinite(row[i]) || double.IsNaN(deviations) ? 0 : Math.Clamp(deviations, -LargestDeviations, LargestDeviations);
        }
    }

    /// <summary>The first held-back rows bring residuals and means into step, the others give the tails.</summary>
    private void Calibrate(double[] standardised)
    {
        var count = (standardised.Length / Metrics) - LongRows;
        var views = new double[Views * count];
        var metrics = new double[Metrics * count];
        Span<double> seen = stackalloc double[Views];
        Span<double> deviations = stackalloc double[MaxMetrics];
        for (var row = -LongRows; row < count; row++)
        {
            See(standardised.AsSpan((LongRows + row) * Metrics, Metrics), seen, deviations);
            if (row < 0) continue;
            for (var view = 0; view < Views - 1; view++) views[(view * count) + row] = seen[view];
            for (var i = 0; i < Metrics; i++) metrics[(i * count) + row] = _sizes[i];
        }
        for (var i = 0; i < Metrics; i++) _metricTails[i].Fit(metrics.AsSpan(i * count, count).ToArray());
        for (var row = 0; row < count; row++)
        {
            for (var i = 0; i < Metrics; i++) _sizes[i] = metrics[(i * count) + row];
            for (var i = 0; i < Metrics; i++) views[((Views - 1) * count) + row] += MetricEvidence(i);
        }
        for (var view = 0; view < Views; view++) _viewTails[view].Fit(views.AsSpan(view * count, count));
    }

    /// <summary>All views but the last, which sums the evidence of <see cref="_sizes"/>, the metrics' short means.</summary>
    private void See(ReadOnlySpan<double> standardised, Span<double> views, Span<double> deviations)
    {
        _residual.Next(standardised, _sizes);
        var sum = 0.0;
        for (var i = 0; i < Metrics; i++)
        {
            _sizes[i] = deviations[i] = Math.Min(Math.Abs(_sizes[i]), LargestDeviations);
            sum += _sizes[i];
        }
        _shortResiduals.Smooth(_sizes);
        views[0] = sum;
        views[1] = _shortSum.Smooth(sum);
        views[2] = _longNorm.Smooth(_principal.Norm(standardised));
    }

    private double MetricEvidence(int metric) => Math.Min(_metricTails[metric].Evidence(_sizes[metric]), LargestMetricEvidence);
}

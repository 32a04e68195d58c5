namespace Driftlock.Cbad.Series;

/// <summary>The series that one histogram metric becomes. NaN where a point says nothing: no measurement has no mean.</summary>
/// <param name="Rate">Measurements a second.</param>
/// <param name="Mean">Sum over count.</param>
/// <param name="Median">Interpolated within its bucket.</param>
/// <param name="Percentile95">Interpolated within its bucket.</param>
public readonly record struct HistogramFigures(double Rate, double Mean, double Median, double Percentile95);

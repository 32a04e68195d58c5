using System.Runtime.CompilerServices;

namespace Driftlock.Cbad.Series;

/// <summary>Evidence of each family, in powers of ten.</summary>
[InlineArray(Count)]
public struct FamilyEvidence : IEquatable<FamilyEvidence>
{
    public const int Count = 7;

    private double _first;

    public double this[SeriesFamily family]
    {
        readonly get => this[(int)family];
        set => this[(int)family] = value;
    }

    /// <summary>The largest plus half of the second: one or two agreeing families, never the average of all.</summary>
    public readonly double Joint(out SeriesFamily leading)
    {
        var (first, second) = (0.0, 0.0);
        leading = SeriesFamily.Shape;
        for (var i = 0; i < Count; i++)
        {
            var evidence = this[i];
            if (evidence > first)
            {
                (first, second) = (evidence, first);
                leading = (SeriesFamily)i;
            }
            else if (evidence > second)
            {
                second = evidence;
            }
        }
        return first + (0.5 * second);
    }

    /// <summary>The share of the sum of all evidence that is this family's; 0 where there is none.</summary>
    public readonly double Share(SeriesFamily family)
    {
        var sum = 0.0;
        for (var i = 0; i < Count; i++) sum += this[i];
        return sum > 0 ? this[(int)family] / sum : 0;
    }

    public static bool operator ==(FamilyEvidence left, FamilyEvidence right) => left.Equals(right);

    public static bool operator !=(FamilyEvidence left, FamilyEvidence right) => !left.Equals(right);

    public readonly bool Equals(FamilyEvidence other) => ((ReadOnlySpan<double>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is FamilyEvidence other && Equals(other);

    public override readonly int GetHashCode()
    {
        HashCode hash = default;
        foreach (var evidence in this) hash.Add(evidence);
        return hash.ToHashCode();
    }
}

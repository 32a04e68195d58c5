using Driftlock.Cbad.Coding;
using Driftlock.Cbad.Events;

namespace Driftlock.Cbad.Budget;

/// <summary>
/// Online control of the false discovery rate over all streams of one tenant in one partition: e-LOND with equal spending over
/// epochs of <see cref="Epoch"/> judged windows. A window is an anomaly when e &gt;= Epoch / (level (1 + rejections so far in the epoch)).
/// In each epoch the expected share of false alarms is at most the level, whatever the dependence between the tests, provided that
/// each true null has E[e | past] &lt;= 1. Epochs keep the threshold from rising for ever on streams that live for years.
/// </summary>
internal sealed class AlarmBudget
{
    public const string Procedure = "e-lond-epochs";
    public const int Epoch = 256;

    public long Tests { get; private set; }

    /// <summary>Rejections in the epoch that the next test belongs to.</summary>
    public long Rejections { get; private set; }

    /// <summary>e(p) = (1 - p + p ln p) / (p ln^2 p), the even mixture of the calibrators k p^(k-1): integrates to 1 over p.</summary>
    public static double EValue(double p)
    {
        // At p near 1 both parts vanish; the limit is 1/2.
        if (p > 0.999) return 0.5;
        p = Math.Max(p, 1e-300);
        var log = ExactMath.Log(p);
        return (1 - p + (p * log)) / (p * log * log);
    }

    public static double Threshold(double level, long rejections) => Epoch / (level * (1 + rejections));

    /// <summary>Counts a test and says what came of it.</summary>
    public BudgetTest Test(double pValue, double eValue, double level)
    {
        var test = Peek(pValue, eValue, level);
        Tests++;
        if (test.IsRejected) Rejections++;
        if (Tests % Epoch == 0) Rejections = 0;
        return test with { TestsAfter = Tests, RejectionsAfter = Rejections };
    }

    /// <summary>What would come of a test, which is not counted.</summary>
    public BudgetTest Peek(double pValue, double eValue, double level) =>
        new(level, pValue, eValue, eValue >= Threshold(level, Rejections), Tests, Rejections, Tests, Rejections);

    public void Save(ByteBuffer target)
    {
        target.WriteVarint((ulong)Tests);
        target.WriteVarint((ulong)Rejections);
    }

    public void Load(scoped ref ReadOnlySpan<byte> source)
    {
        Tests = (long)Varint.Read(ref source);
        Rejections = (long)Varint.Read(ref source);
    }
}

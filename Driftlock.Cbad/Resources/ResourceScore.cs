using Driftlock.Cbad.Calibration;
using Driftlock.Cbad.Series;

namespace Driftlock.Cbad.Resources;

/// <summary>What the joint model says of one row.</summary>
/// <param name="Ranking">Its rank among the rows before; deciding is the member with the largest share.</param>
/// <param name="Evidence">Powers of ten, to be ranked.</param>
/// <param name="Shares">Of each member in the evidence.</param>
internal readonly record struct ResourceScore(WindowRanking Ranking, double Evidence, double[] Shares)
{
    /// <summary>For the error budget the tail is believed less: few rows say how far it falls, and each fit of the model begins anew.</summary>
    private const double NarrowestBudgetTail = 0.25;

    /// <summary>Scores a row and learns its evidence.</summary>
    /// <param name="model">Of the resource.</param>
    /// <param name="history">Evidence of the rows before.</param>
    /// <param name="row">One value a member.</param>
    /// <param name="shares">Filled.</param>
    public static ResourceScore Of(ResourceModel model, EvidenceHistory history, double[] row, double[] shares)
    {
        var evidence = model.Observe(row, shares);
        var pValue = history.PValue(evidence);
        var budgetPValue = history.PValue(evidence, NarrowestBudgetTail);
        // Ranks alone say no less than 1 / (n + 1).
        var extrapolated = pValue * (history.Points + 1) < 1;
        history.Add(evidence);
        var leading = 0;
        for (var i = 1; i < shares.Length; i++)
            if (shares[i] > shares[leading]) leading = i;
        return new ResourceScore(new WindowRanking(pValue, pValue, budgetPValue, 1, extrapolated, leading), evidence, shares);
    }
}

using Driftlock.Web.ApiClient;
using Driftlock.Web.Components.Parts;

namespace Driftlock.Web.Components.Anomaly;

/// <summary>What the error budget had spent when the window came.</summary>
public static class BudgetWords
{
    public static string Before(Budget budget) => budget.RejectionsBefore switch
    {
        null => "At that moment",
        0 => budget.Epoch is null ? "Before any alarm" : "Before the first alarm of its epoch",
        { } n => budget.Epoch is null ? $"After {Figures.Count(n, "alarm")}" : $"After {Figures.Count(n, "alarm")} in its epoch",
    };
}

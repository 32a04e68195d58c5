namespace Driftlock.Cbad.Budget;

/// <summary>What came of one test: all that evidence states of the budget.</summary>
/// <param name="Level">Share of false alarms that is allowed.</param>
/// <param name="PValue">That was tested.</param>
/// <param name="EValue">The evidence in it.</param>
/// <param name="IsRejected">It is not normal.</param>
/// <param name="TestsBefore">Since ever.</param>
/// <param name="RejectionsBefore">In the epoch.</param>
/// <param name="TestsAfter">Since ever.</param>
/// <param name="RejectionsAfter">In the epoch of the next test.</param>
internal readonly record struct BudgetTest(
    double Level, double PValue, double EValue, bool IsRejected, long TestsBefore, long RejectionsBefore, long TestsAfter, long RejectionsAfter);

using System.Globalization;

namespace Driftlock.Tests.Fuzz;

/// <summary>
/// The same rounds for as long as one likes: <c>DRIFTLOCK_FUZZ_INPUTS</c> inputs in all (a million unless told), shared out among the
/// targets (those that <c>DRIFTLOCK_FUZZ_TARGETS</c> names, if it is set), from <c>DRIFTLOCK_FUZZ_SEED</c>. Prints a line a target.
/// </summary>
public sealed class LongRun
{
    [Fact(Explicit = true)]
    public void All_targets_hold()
    {
        var (inputs, seed) = (Number("DRIFTLOCK_FUZZ_INPUTS", 1_000_000), (ulong)Number("DRIFTLOCK_FUZZ_SEED", 1));
        var wanted = Environment.GetEnvironmentVariable("DRIFTLOCK_FUZZ_TARGETS")?.Split(',');
        var targets = FuzzTargets.All.Where(target => wanted?.Contains(target.Name) != false).ToList();
        var shares = targets.Sum(target => target.Share);
        var findings = new List<FuzzFinding>();
        Print($"seed {seed}");
        Print($"{"target",-22} {"inputs",10} {"inputs/s",9} {"accepted",9} {"allocated",12} {"slowest",11}");
        foreach (var target in targets)
        {
            try
            {
                var figures = new FuzzRound(target, seed, (inputs * target.Share / shares) + 1).Run();
                Print($"{target.Name,-22} {figures.Inputs,10} {figures.Inputs / figures.Time.TotalSeconds,9:F0} {(double)figures.Accepted / figures.Inputs,9:P1} {figures.MostAllocated,12} {figures.Slowest.TotalMilliseconds,8:F1} ms");
            }
            catch (FuzzFinding finding)
            {
                Print($"{target.Name,-22} FINDING {finding.Message}");
                findings.Add(finding);
            }
        }
        Assert.Empty(findings);
    }

    private static long Number(string variable, long byDefault) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : byDefault;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

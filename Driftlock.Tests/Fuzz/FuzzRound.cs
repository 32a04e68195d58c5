using System.Diagnostics;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>
/// Puts inputs into one target and stops at the first that breaks what must hold. Each input follows from the seed and its own number
/// alone. Runs on a thread of its own, so that an input that never ends is noticed and named too.
/// </summary>
internal sealed class FuzzRound(FuzzTarget target, ulong seed, long inputs)
{
    /// <summary>An input that takes longer hangs; the slowest of a long run take some milliseconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private const int StackBytes = 1 << 20; // As a thread of the pool has it on Linux at least: what nests too deeply ends here too.

    private volatile byte[] _current = [];
    private long _number;
    private long _accepted;
    private long _mostAllocated;
    private long _slowestTicks;
    private Exception? _failure;

    /// <exception cref="FuzzFinding">An input broke what must hold.</exception>
    public FuzzFigures Run()
    {
        var clock = Stopwatch.StartNew();
        var thread = new Thread(RunAll, StackBytes) { IsBackground = true, Name = "fuzz " + target.Name };
        thread.Start();
        for (var seen = -1L; !thread.Join(Longest); seen = Interlocked.Read(ref _number))
        {
            if (Interlocked.Read(ref _number) == seen) throw new FuzzFinding(target, seed, seen, _current, new TimeoutException($"not done after {Longest}"));
        }
        if (_failure is not null) throw new FuzzFinding(target, seed, _number, _current, _failure);
        return new FuzzFigures(inputs, clock.Elapsed, _accepted, _mostAllocated, TimeSpan.FromTicks(_slowestTicks * TimeSpan.TicksPerSecond / Stopwatch.Frequency));
    }

    private void RunAll()
    {
        try
        {
            _ = target.Seeds;
            for (var i = 0L; i < inputs; i++)
            {
                Interlocked.Exchange(ref _number, i);
                _current = target.Next(new SeededRandom(seed ^ ((ulong)i << 20)));
                if (RunOne(_current)) _accepted++;
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    private bool RunOne(byte[] input)
    {
        var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        var taken = target.Takes(input);
        _slowestTicks = Math.Max(_slowestTicks, Stopwatch.GetTimestamp() - began);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _mostAllocated = Math.Max(_mostAllocated, allocated);
        var most = target.MostAllocated(input.Length);
        if (allocated > most) throw new InvalidOperationException($"{input.Length} bytes made it allocate {allocated}; at most {most} were promised");
        if (taken) target.Check(input);
        return taken;
    }
}

/// <param name="Inputs">How many were run.</param>
/// <param name="Time">In all, their making included.</param>
/// <param name="Accepted">Inputs that were taken.</param>
/// <param name="MostAllocated">Bytes, by one input.</param>
/// <param name="Slowest">Input, other work of the machine included.</param>
internal sealed record FuzzFigures(long Inputs, TimeSpan Time, long Accepted, long MostAllocated, TimeSpan Slowest);

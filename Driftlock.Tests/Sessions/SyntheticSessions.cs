using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Sessions;

/// <summary>Sessions of an order service: a fixed frame, parallel writes whose order varies, optional steps, and a poll that repeats.</summary>
internal static class SyntheticSessions
{
    public const int Start = 1;
    public const int Write = 2;
    public const int Written = 3;
    public const int Poll = 4;
    public const int Cache = 5;
    public const int Retry = 6;
    public const int Commit = 7;
    public const int Close = 8;
    public const int Unseen = 99;

    /// <summary>A template hash for a small number.</summary>
    public static ulong Template(int number) => new SeededRandom((ulong)number).Next();

    public static ulong[] Ordinary(SeededRandom random)
    {
        var events = new List<int> { Start };
        var open = 0;
        for (var begun = 0; begun < 3 || open > 0;)
        {
            if (begun < 3 && (open == 0 || random.Below(2) == 0))
            {
                events.Add(Write);
                begun++;
                open++;
            }
            else
            {
                events.Add(Written);
                open--;
            }
            if (random.Below(4) == 0) events.Add(Poll);
        }
        if (random.Below(3) == 0) events.Add(Cache);
        if (random.Below(25) == 0) events.Add(Retry);
        events.Add(Commit);
        events.Add(Close);
        return [.. events.Select(Template)];
    }

    public static ReadOnlyMemory<ulong>[] Many(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (ReadOnlyMemory<ulong>)Ordinary(random))];
    }

    /// <summary>An ordinary session with one fault. "pervasive" adds events that are each quite ordinary where they stand.</summary>
    public static ulong[] Faulty(string fault, SeededRandom random)
    {
        var events = Ordinary(random).ToList();
        switch (fault)
        {
            case "unseen event":
                events.Insert(1 + random.Below(events.Count - 1), Template(Unseen));
                break;
            case "missing event":
                events.Remove(Template(Commit));
                break;
            case "repeated event":
                events.InsertRange(events.IndexOf(Template(Commit)), Enumerable.Repeat(Template(Commit), 3));
                break;
            case "broken off":
                events.RemoveRange(3, events.Count - 3);
                break;
            case "pervasive":
                var write = events.IndexOf(Template(Write));
                for (var i = 0; i < 3; i++) events.InsertRange(write, [Template(Write), Template(Written), Template(Poll)]);
                break;
        }
        return [.. events];
    }
}

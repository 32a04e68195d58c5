using System.Text;

namespace Driftlock.Tests.Faults;

internal enum Moment
{
    /// <summary>The statement is on its way and does not arrive.</summary>
    BeforeStatement = 1,

    /// <summary>The statement was carried out in a transaction whose COMMIT does not arrive.</summary>
    BeforeCommit = 2,

    /// <summary>COMMIT was carried out, and the answer to it does not arrive.</summary>
    AfterCommit = 3,
}

/// <summary>What one connection to Postgres has said so far, as far as breakpoints care.</summary>
internal sealed class Conversation
{
    /// <summary>Of a message: its type and its length.</summary>
    private const int HeaderBytes = 5;

    /// <summary>The statement was sent, and its transaction has not ended.</summary>
    public bool IsInTransaction { get; set; }

    /// <summary>Statements by the name under which this connection prepared them; an execution bears the name only.</summary>
    private readonly Dictionary<string, string> _prepared = [];

    /// <summary>Answers are held back from now on.</summary>
    public bool IsMute { get; set; }

    /// <summary>Learns what is prepared: Parse is 'P', length, name, NUL, text, NUL. To be told of every chunk, also while nothing is awaited.</summary>
    public void Hear(ReadOnlySpan<byte> chunk)
    {
        foreach (var (name, end) in NamesAfter(chunk, (byte)'P', HeaderBytes)) _prepared[name] = Until(chunk[end..]);
    }

    /// <summary>Whether the chunk carries the statement out: by its name (Bind is 'B', length, portal, NUL, name, NUL) or, where it has none, by its text.</summary>
    public bool CarriesOut(ReadOnlySpan<byte> chunk, string statement)
    {
        // Npgsql has only the unnamed portal, so its NUL stands between.
        foreach (var (name, _) in NamesAfter(chunk, (byte)'B', HeaderBytes + 1))
        {
            if (_prepared.GetValueOrDefault(name)?.Contains(statement, StringComparison.Ordinal) == true) return true;
        }
        var named = NamesAfter(chunk, (byte)'P', HeaderBytes).Select(found => found.End).ToList();
        var text = Encoding.Latin1.GetString(chunk);
        for (var at = text.IndexOf(statement, StringComparison.Ordinal); at >= 0; at = text.IndexOf(statement, at + 1, StringComparison.Ordinal))
        {
            var start = text.LastIndexOf('\0', at) + 1;
            if (!named.Contains(start)) return true;
        }
        return false;
    }

    /// <summary>Names of prepared statements (Npgsql's are _p1 and so on) that stand so many bytes behind a message's type, and where each ends.</summary>
    private static List<(string Name, int End)> NamesAfter(ReadOnlySpan<byte> chunk, byte type, int distance)
    {
        var names = new List<(string, int)>();
        for (var from = distance; from < chunk.Length && chunk[from..].IndexOf("_p"u8) is var at and >= 0; from += at + 1)
        {
            var start = from + at;
            if (chunk[start - distance] != type) continue;
            var name = Until(chunk[start..]);
            names.Add((name, Math.Min(chunk.Length, start + name.Length + 1)));
        }
        return names;
    }

    private static string Until(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text.IndexOf((byte)0) is var end and >= 0 ? text[..end] : text);
}

/// <summary>
/// Stops a service at an exact point of its work, without its knowing: what it says to Postgres (frontend/backend protocol 3) is read on the
/// line, and at the chosen moment nothing more is passed on until the connection ends. That moment is one the process could have died at.
/// </summary>
/// <param name="statement">A piece of SQL that only the awaited statement has.</param>
/// <param name="moment">Where in its transaction.</param>
/// <param name="passes">So many of them go by first.</param>
internal sealed class Breakpoint(string statement, Moment moment, int passes)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    /// <summary>Completes when a connection was stopped.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Returns at once where the chunk may pass.</summary>
    public async Task PassAsync(Conversation conversation, ReadOnlyMemory<byte> chunk, bool isAnswer, CancellationToken cancellationToken)
    {
        if (isAnswer)
        {
            if (conversation.IsMute) await StopAsync(cancellationToken);
            return;
        }
        if (conversation.CarriesOut(chunk.Span, statement))
        {
            conversation.IsInTransaction = true;
            if (moment == Moment.BeforeStatement && IsDue()) await StopAsync(cancellationToken);
        }
        if (!conversation.IsInTransaction) return;
        if (chunk.Span.IndexOf("ROLLBACK\0"u8) >= 0) conversation.IsInTransaction = false;
        if (chunk.Span.IndexOf("COMMIT\0"u8) < 0) return;
        conversation.IsInTransaction = false;
        if (moment == Moment.BeforeCommit && IsDue()) await StopAsync(cancellationToken);
        // Passed on now; what comes back is not.
        if (moment == Moment.AfterCommit && IsDue()) conversation.IsMute = true;
    }

    private bool IsDue() => Interlocked.Increment(ref _seen) == passes + 1;

    private Task StopAsync(CancellationToken cancellationToken)
    {
        _reached.TrySetResult();
        return Task.Delay(Timeout.Infinite, cancellationToken);
    }
}

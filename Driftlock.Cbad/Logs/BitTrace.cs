namespace Driftlock.Cbad.Logs;

/// <summary>Which byte of a line's body cost how much, in units of 1/65,536 bit. Only filled when a line is to be explained.</summary>
internal sealed class BitTrace
{
    /// <summary>Cost of severity, event name and attribute keys, which have no place in the body.</summary>
    public int Structure { get; set; }

    public int[] Header { get; private set; } = [];

    public int[] Content { get; private set; } = [];

    public void Reset(int bytes)
    {
        Structure = 0;
        Header = new int[bytes];
        Content = new int[bytes];
    }

    // A run's cost is shared by its bytes; the remainder goes to the first, so that the sum stays exact.
    public void AddHeader(int start, int length, int cost) => Share(Header, start, length, cost);

    public void AddContent(int start, int length, int cost) => Share(Content, start, length, cost);

    private static void Share(int[] target, int start, int length, int cost)
    {
        var each = cost / length;
        for (var i = 0; i < length; i++) target[start + i] += each;
        target[start] += cost - (each * length);
    }
}

namespace Driftlock.Telemetry.Redaction;

/// <summary>Bytes [Start, End) of a text.</summary>
internal readonly record struct Range32(int Start, int End)
{
    public bool IsEmpty => End <= Start;
}

/// <summary>What is to be replaced, and whether the marker needs quotes to keep JSON valid.</summary>
internal readonly record struct Finding(Range32 Range, RedactionRule Rule, bool Quote = false)
{
    public static Finding None(int end) => new(new Range32(end, end), RedactionRule.Secret);

    public bool IsNone => Range.IsEmpty;
}

namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>The low three bits of a field's tag.</summary>
internal static class WireType
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Length = 2;
    public const int GroupStart = 3;
    public const int GroupEnd = 4;
    public const int Fixed32 = 5;

    public static string Name(int wire) => wire switch
    {
        Varint => "varint",
        Fixed64 => "64-bit",
        Length => "length-delimited",
        GroupStart or GroupEnd => "group",
        Fixed32 => "32-bit",
        _ => "unknown",
    };
}

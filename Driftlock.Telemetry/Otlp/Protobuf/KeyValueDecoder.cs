namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>common.v1.KeyValue.</summary>
internal static class KeyValueDecoder
{
    /// <returns>The value's message; empty when the sender gave none.</returns>
    public static WireReader Read(WireReader pair, out ReadOnlySpan<byte> key)
    {
        key = default;
        WireReader value = default;
        while (pair.Next())
        {
            switch (pair.Field)
            {
                case 1: key = pair.Bytes("key"); break;
                case 2: value = pair.Message("value"); break;
                default: pair.Skip(); break;
            }
        }
        return value;
    }
}

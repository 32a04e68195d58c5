using System.Text;
using Driftlock.Telemetry.Otlp.Protobuf;

namespace Driftlock.Telemetry;

/// <summary>Reads what a server answers to an export request.</summary>
public static class OtlpResponse
{
    /// <summary>Export*ServiceResponse.partial_success = 1 {rejected = 1, error_message = 2}, the same numbers for all signals.</summary>
    /// <returns>False when the answer reports full success or is no such message.</returns>
    public static bool TryReadPartialSuccess(ReadOnlySpan<byte> response, out long rejected, out string? message)
    {
        (rejected, message) = (0, null);
        try
        {
            var reader = new WireReader(response);
            while (reader.Next())
            {
                if (reader.Field != 1)
                {
                    reader.Skip();
                    continue;
                }
                var partial = reader.Message("partial_success");
                while (partial.Next())
                {
                    if (partial.Field == 1) rejected = (long)partial.Varint("rejected");
                    else if (partial.Field == 2) message = Encoding.UTF8.GetString(partial.Bytes("error_message"));
                    else partial.Skip();
                }
            }
        }
        catch (OtlpFormatException)
        {
            return false;
        }
        return rejected != 0 || message is not null;
    }
}

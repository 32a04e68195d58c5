using System.Text.Json;
using System.Text.Json.Serialization;

namespace Driftlock.Cbad;

/// <summary>A number of JSON beyond what a double holds (1e400) would be read as infinite, which JSON cannot write again: it is refused.</summary>
internal sealed class FiniteNumber : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.GetDouble();
        return double.IsFinite(value) ? value : throw new JsonException("a number beyond 1.8e308");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

using System.Globalization;
using System.Text.Json;
using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Otlp.Json;

/// <summary>
/// Single values as OTLP/JSON writes them. The reader stands on a property's name before each call and on its value afterwards. null
/// counts as absent, as in the JSON mapping of Protocol Buffers.
/// </summary>
internal static class JsonFields
{
    /// <summary>Moves to the next property's name; false at the end of the object.</summary>
    public static bool NextProperty(scoped ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.PropertyName;

    /// <summary>
    /// True when the property's name, on which the reader stands, is this one, which is ASCII. The framework's own comparison throws where
    /// a name that a sender made up holds half of a surrogate pair.
    /// </summary>
    public static bool Is(scoped ref Utf8JsonReader json, scoped ReadOnlySpan<byte> name) =>
        json.ValueIsEscaped ? JsonUnescape.IsAscii(json.ValueSpan, name) : json.ValueSpan.SequenceEqual(name);

    /// <summary>False for null.</summary>
    public static bool BeginObject(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        return IsObject(ref json, field);
    }

    /// <summary>As <see cref="BeginObject"/> for the element on which the reader stands.</summary>
    public static bool IsObject(scoped ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return false;
        if (json.TokenType != JsonTokenType.StartObject) throw Wrong(ref json, field, "an object");
        return true;
    }

    /// <summary>False for null.</summary>
    public static bool BeginArray(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return false;
        if (json.TokenType != JsonTokenType.StartArray) throw Wrong(ref json, field, "an array");
        return true;
    }

    /// <summary>Moves to the next element; false at the end of the array.</summary>
    public static bool NextElement(scoped ref Utf8JsonReader json) => json.Read() && json.TokenType != JsonTokenType.EndArray;

    public static void SkipValue(scoped ref Utf8JsonReader json)
    {
        json.Read();
        json.Skip();
    }

    public static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader json, ByteBuffer unescaped, string field)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.Null => default,
            JsonTokenType.String => Current(ref json, unescaped),
            _ => throw Wrong(ref json, field, "a string"),
        };
    }

    /// <summary>The string on which the reader stands.</summary>
    public static ReadOnlySpan<byte> Current(scoped ref Utf8JsonReader json, ByteBuffer unescaped)
    {
        if (!json.ValueIsEscaped) return json.ValueSpan;
        unescaped.Clear();
        JsonUnescape.Append(unescaped, json.ValueSpan);
        return unescaped.Written;
    }

    public static bool Boolean(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Wrong(ref json, field, "true or false"),
        };
    }

    /// <summary>
    /// 64-bit numbers come as strings, 32-bit ones as numbers; both are taken for both, and a whole number may be written with a fraction
    /// of zero or an exponent (ProtoJSON).
    /// </summary>
    public static ulong Unsigned(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        return CurrentUnsigned(ref json, field);
    }

    public static ulong CurrentUnsigned(scoped ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return 0;
        if (IsNumeric(ref json) && ulong.TryParse(json.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return value;
        if (IsWhole(ref json, out var whole) && whole is >= ulong.MinValue and <= ulong.MaxValue) return (ulong)whole;
        throw Wrong(ref json, field, "a whole number from 0 to 18446744073709551615, as a string or a number,");
    }

    public static long Signed(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return 0;
        if (IsNumeric(ref json) && long.TryParse(json.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)) return value;
        if (IsWhole(ref json, out var whole) && whole is >= long.MinValue and <= long.MaxValue) return (long)whole;
        throw Wrong(ref json, field, "a whole number of 64 bits, as a string or a number,");
    }

    public static double Double(scoped ref Utf8JsonReader json, string field)
    {
        json.Read();
        return CurrentDouble(ref json, field);
    }

    /// <summary>Also "NaN", "Infinity" and "-Infinity".</summary>
    public static double CurrentDouble(scoped ref Utf8JsonReader json, string field)
    {
        if (json.TokenType == JsonTokenType.Null) return 0;
        if (IsNumeric(ref json) && double.TryParse(json.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;
        throw Wrong(ref json, field, "a number, or \"NaN\", \"Infinity\" or \"-Infinity\",");
    }

    /// <summary>An enum by number (as OTLP asks) or by name (as many senders do); 0 for a name that <paramref name="byName"/> does not know.</summary>
    public static ulong Enumeration(scoped ref Utf8JsonReader json, string field, Func<ReadOnlySpan<byte>, ulong> byName)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.String && !json.ValueSpan.IsEmpty && !char.IsAsciiDigit((char)json.ValueSpan[0])) return byName(json.ValueSpan);
        // A negative number is no value of any enum.
        return json.TokenType == JsonTokenType.Number && json.ValueSpan[0] == (byte)'-' ? 0 : CurrentUnsigned(ref json, field);
    }

    /// <summary>
    /// Hexadecimal digits as bytes. What is not hexadecimal gives one byte: a length that no id has, so it is treated as an invalid id.
    /// </summary>
    public static ReadOnlySpan<byte> Id(scoped ref Utf8JsonReader json, ByteBuffer target, string field)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.Null => default,
            JsonTokenType.String => CurrentId(ref json, target),
            _ => throw Wrong(ref json, field, "a string of hexadecimal digits"),
        };
    }

    /// <summary>As <see cref="Id"/> for the string on which the reader stands.</summary>
    public static ReadOnlySpan<byte> CurrentId(scoped ref Utf8JsonReader json, ByteBuffer target)
    {
        var digits = json.ValueSpan;
        if (digits.IsEmpty) return default;
        Span<byte> bytes = stackalloc byte[16];
        var isHex = digits.Length <= 32 && Convert.FromHexString(digits, bytes, out _, out var written) == System.Buffers.OperationStatus.Done
            && written * 2 == digits.Length;
        target.Clear();
        target.WriteRaw(isHex ? bytes[..(digits.Length / 2)] : bytes[..1]);
        return target.Written;
    }

    public static OtlpFormatException Wrong(scoped ref Utf8JsonReader json, string field, string right)
    {
        var found = json.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "true or false",
            JsonTokenType.Null => "null",
            _ => "nothing",
        };
        return new OtlpFormatException($"{field} is {found} that does not fit; {right} is right", json.TokenStartIndex);
    }

    /// <summary>A decimal holds every 64-bit number exactly, which a double does not.</summary>
    private static bool IsWhole(scoped ref Utf8JsonReader json, out decimal value)
    {
        value = 0;
        return IsNumeric(ref json) && decimal.TryParse(json.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && decimal.IsInteger(value);
    }

    private static bool IsNumeric(scoped ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.Number || (json.TokenType == JsonTokenType.String && !json.ValueIsEscaped);
}

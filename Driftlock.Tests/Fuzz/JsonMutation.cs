using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Driftlock.Cbad.Coding;

namespace Driftlock.Tests.Fuzz;

/// <summary>
/// Changes of a JSON text, or of several on end, that mostly leave it one: values, names, order, repetition, nesting, parts of another
/// text, and the inside of strings, that of base64 among them.
/// </summary>
internal static class JsonMutation
{
    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 512 };

    public static byte[] Apply(SeededRandom random, byte[] text, byte[] other)
    {
        var values = random.Below(6) == 0 ? [] : Values(text);
        if (values.Count == 0) return ByteMutation.Apply(random, text, other);
        var value = values[random.Below(values.Count)];
        var length = value.End - value.Start;
        var old = text.AsSpan(value.Start, length);
        return random.Below(16) switch
        {
            0 or 1 => ByteMutation.Replaced(text, value.Start, length, EdgeValues.Number(random)),
            2 => ByteMutation.Replaced(text, value.Start, length, Quoted(EdgeValues.Text(random))),
            3 => ByteMutation.Replaced(text, value.Start, length, Encoding.UTF8.GetBytes(((string[])["null", "true", "false", "[]", "{}", "\"\"", "[null]", "{\"\":null}"])[random.Below(8)])),
            4 => ByteMutation.Replaced(text, value.Start, length, Any(random, text, values)),
            5 => ByteMutation.Replaced(text, value.Start, length, Any(random, other, Values(other))),
            6 => Without(text, value),
            7 => Twice(text, value, old, 1),
            8 => Twice(text, value, old, 1 << random.Below(random.Below(8) == 0 ? 12 : 4)),
            9 => ByteMutation.Replaced(text, value.Start, length, Nested(random, old)),
            10 => Renamed(random, text, value, values),
            11 => Swapped(text, value, values[random.Below(values.Count)]),
            _ => Inside(random, text, value, other),
        };
    }

    private static byte[] Inside(SeededRandom random, byte[] text, JsonValue value, byte[] other)
    {
        var (start, length) = (value.Start, value.End - value.Start);
        if (text[start] is (byte)'{' or (byte)'[') return ByteMutation.Replaced(text, start + 1 + random.Below(length - 1), 0, EdgeValues.Text(random));
        if (text[start] != (byte)'"') return ByteMutation.Replaced(text, start, length, random.Below(2) == 0 ? EdgeValues.Number(random) : ByteMutation.Apply(random, text[start..value.End], other));
        var content = text[(start + 1)..(value.End - 1)];
        if (content.Length >= 8 && content.Length % 4 == 0 && Base64.IsValid(content))
        {
            var plain = Convert.FromBase64String(Encoding.ASCII.GetString(content));
            for (var changes = 1 + random.Below(3); changes > 0; changes--) plain = ByteMutation.Apply(random, plain, plain);
            return ByteMutation.Replaced(text, start, length, Quoted(Encoding.ASCII.GetBytes(Convert.ToBase64String(plain))));
        }
        return ByteMutation.Replaced(text, start, length, Quoted(ByteMutation.Apply(random, content, EdgeValues.Text(random))));
    }

    private static byte[] Quoted(byte[] content) => [(byte)'"', .. content, (byte)'"'];

    private static ReadOnlySpan<byte> Any(SeededRandom random, byte[] text, List<JsonValue> values)
    {
        if (values.Count == 0) return EdgeValues.Number(random);
        var value = values[random.Below(values.Count)];
        return text.AsSpan(value.Start, value.End - value.Start);
    }

    private static byte[] Without(byte[] text, JsonValue value)
    {
        var end = value.End < text.Length && text[value.End] == (byte)',' ? value.End + 1 : value.End;
        var start = end == value.End && value.Member > 0 && text[value.Member - 1] == (byte)',' ? value.Member - 1 : value.Member;
        return ByteMutation.Replaced(text, start, end - start, []);
    }

    private static byte[] Twice(byte[] text, JsonValue value, ReadOnlySpan<byte> old, int times)
    {
        byte[] again = [(byte)',', .. text.AsSpan(value.Member, value.Start - value.Member), .. old];
        return ByteMutation.Replaced(text, value.End, 0, EdgeValues.Repeated(again, times));
    }

    private static byte[] Nested(SeededRandom random, ReadOnlySpan<byte> old)
    {
        var (open, close) = random.Below(4) switch
        {
            0 => ("[", "]"),
            1 => ("{\"a\":", "}"),
            2 => ("{\"arrayValue\":{\"values\":[", "]}}"),
            _ => ("{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":", "}]}}"),
        };
        var levels = 1 << random.Below(10);
        return [.. EdgeValues.Repeated(Encoding.UTF8.GetBytes(open), levels), .. old, .. EdgeValues.Repeated(Encoding.UTF8.GetBytes(close), levels)];
    }

    private static byte[] Renamed(SeededRandom random, byte[] text, JsonValue value, List<JsonValue> values)
    {
        if (value.Member == value.Start) return ByteMutation.Replaced(text, value.Start, 0, "\"a\":"u8);
        var another = values[random.Below(values.Count)];
        var name = another.Member < another.Start ? text[another.Member..another.Start] : [.. Quoted(EdgeValues.Text(random)), (byte)':'];
        return ByteMutation.Replaced(text, value.Member, value.Start - value.Member, name);
    }

    private static byte[] Swapped(byte[] text, JsonValue left, JsonValue right)
    {
        if (left.Start > right.Start) (left, right) = (right, left);
        if (left.End > right.Start) return text;
        return [.. text[..left.Start], .. text[right.Start..right.End], .. text[left.End..right.Start], .. text[left.Start..left.End], .. text[right.End..]];
    }

    /// <summary>Every value with its place; none where the text is no JSON.</summary>
    private static List<JsonValue> Values(byte[] text)
    {
        var values = new List<JsonValue>();
        var open = new Stack<(int Member, int Start)>();
        var member = -1;
        try
        {
            for (var json = new Utf8JsonReader(text, Options); json.Read();)
            {
                var (start, end) = ((int)json.TokenStartIndex, (int)json.BytesConsumed);
                switch (json.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        member = start;
                        continue;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((member < 0 ? start : member, start));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var container = open.Pop();
                        values.Add(new JsonValue(container.Member, container.Start, end));
                        break;
                    default:
                        values.Add(new JsonValue(member < 0 ? start : member, start, end));
                        break;
                }
                member = -1;
            }
        }
        catch (JsonException)
        {
            return [];
        }
        return values;
    }

    /// <summary>Where its name starts (where there is none, as <paramref name="Start"/>), it starts, and it ends.</summary>
    private readonly record struct JsonValue(int Member, int Start, int End);
}

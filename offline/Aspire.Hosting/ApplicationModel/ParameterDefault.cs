using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where the value of a parameter comes from when configuration has none.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random text from a cryptographic source.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCharacters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCharacters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string DigitCharacters = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    public int MinLength { get; set; }

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        var sets = new List<(string Characters, int Minimum)>();
        if (Lower)
            sets.Add((LowerCharacters, MinLower));
        if (Upper)
            sets.Add((UpperCharacters, MinUpper));
        if (Numeric)
            sets.Add((DigitCharacters, MinNumeric));
        if (Special)
            sets.Add((SpecialCharacters, MinSpecial));
        if (sets.Count == 0)
            throw new ArgumentException("A generated parameter needs at least one class of characters.");

        var text = new List<char>();
        foreach (var (characters, minimum) in sets)
            text.AddRange(RandomNumberGenerator.GetItems<char>(characters, minimum));
        var length = MinLength > 0 ? MinLength : 22;
        if (text.Count < length)
            text.AddRange(RandomNumberGenerator.GetItems<char>(string.Concat(sets.Select(s => s.Characters)), length - text.Count));
        var result = text.ToArray();
        RandomNumberGenerator.Shuffle<char>(result);
        return new string(result);
    }
}

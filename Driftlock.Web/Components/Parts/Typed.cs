using System.Globalization;

namespace Driftlock.Web.Components.Parts;

/// <summary>Numbers as people type them into a field or an address: with a point, in every browser and country.</summary>
public static class Typed
{
    /// <returns>Null for what is no finite number.</returns>
    public static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    /// <returns>Null for what is no whole number of digits alone.</returns>
    public static int? Whole(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}

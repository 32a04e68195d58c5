using System.Text.Json;
using Driftlock.Cbad.Coding;

namespace Driftlock.Cli.Eval;

/// <summary>95 % intervals of a figure over files drawn again and again with replacement.</summary>
internal static class Bootstrap
{
    private const int Draws = 1000;

    /// <summary>Writes the interval of the mean as an array of two.</summary>
    public static void Write(Utf8JsonWriter json, string name, double[] values, SeededRandom random) =>
        Write(json, name, values.Length, drawn => drawn.Average(i => values[i]), random);

    /// <param name="figure">The figure over the drawn indexes, below <paramref name="count"/>.</param>
    public static void Write(Utf8JsonWriter json, string name, int count, Func<int[], double> figure, SeededRandom random)
    {
        var figures = new double[Draws];
        var drawn = new int[count];
        for (var draw = 0; draw < Draws; draw++)
        {
            for (var i = 0; i < count; i++) drawn[i] = random.Below(count);
            figures[draw] = figure(drawn);
        }
        Array.Sort(figures);
        json.WriteStartArray(name);
        json.WriteNumberValue(figures[Draws / 40]);
        json.WriteNumberValue(figures[Draws - 1 - (Draws / 40)]);
        json.WriteEndArray();
    }
}

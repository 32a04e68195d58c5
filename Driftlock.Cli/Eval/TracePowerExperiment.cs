using System.Text.Json;
namespace Driftlock.Cli.Eval;

internal static class TracePowerExperiment
{
    public static void Run(string directory, Utf8JsonWriter json) { json.WriteStringValue(directory); }
}

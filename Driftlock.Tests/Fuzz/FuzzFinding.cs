using System.Globalization;

namespace Driftlock.Tests.Fuzz;

/// <summary>An input that breaks what must hold; the message has all that is needed to try it again.</summary>
internal sealed class FuzzFinding(FuzzTarget target, ulong seed, long number, byte[] input, Exception inner)
    : Exception(Text(target.Name, seed, number, input, inner), inner)
{
    private static string Text(string target, ulong seed, long number, byte[] input, Exception inner) => string.Create(
        CultureInfo.InvariantCulture,
        $"{target}: seed {seed}, input {number} of {input.Length} bytes: {inner.GetType().Name}: {inner.Message}\n{Convert.ToBase64String(input)}\n{inner.StackTrace}");
}

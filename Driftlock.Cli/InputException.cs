namespace Driftlock.Cli;

/// <summary>What the user gave cannot be used; the message says where and why. Ends the command with exit code 2.</summary>
internal sealed class InputException(string message) : Exception(message);

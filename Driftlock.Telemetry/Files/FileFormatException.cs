namespace Driftlock.Telemetry.Files;

/// <summary>A file is not of its format; the message says where and why.</summary>
public sealed class FileFormatException(string message) : FormatException(message);

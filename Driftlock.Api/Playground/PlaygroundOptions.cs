namespace Driftlock.Api.Playground;

/// <summary>Section <c>Playground</c>.</summary>
public sealed class PlaygroundOptions
{
    public const string Section = "Playground";

    /// <summary>Largest file, as it is sent.</summary>
    public int MaxBytes { get; set; } = 16 << 20;

    /// <summary>Largest file after decompression.</summary>
    public int MaxUnpackedBytes { get; set; } = 64 << 20;

    /// <summary>How many files this process takes at once; one more is refused with "try again".</summary>
    public int AtOnce { get; set; } = 2;

    /// <summary>How long one may take in all, its arrival included.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);
}

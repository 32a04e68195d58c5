namespace Aspire.StackExchange.Redis;

/// <summary>Bound from the section <c>Aspire:StackExchange:Redis</c>, and <c>Aspire:StackExchange:Redis:{connection name}</c> over it.</summary>
public sealed class StackExchangeRedisSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    /// <summary>The client of the stand-in has no spans; the setting is accepted.</summary>
    public bool DisableTracing { get; set; }

    /// <summary>The stand-in connects when it is first asked to, whatever is set.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}

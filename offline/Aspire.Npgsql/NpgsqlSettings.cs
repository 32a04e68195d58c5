namespace Aspire.Npgsql;

/// <summary>Bound from the section <c>Aspire:Npgsql</c>, and <c>Aspire:Npgsql:{connection name}</c> over it.</summary>
public sealed class NpgsqlSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }
}

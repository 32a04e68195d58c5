namespace Aspire.Npgsql.EntityFrameworkCore.PostgreSQL;

/// <summary>Bound from the section <c>Aspire:Npgsql:EntityFrameworkCore:PostgreSQL</c>, and the one of the context's name over it.</summary>
public sealed class NpgsqlEntityFrameworkCorePostgreSQLSettings
{
    public string? ConnectionString { get; set; }

    public bool DisableRetry { get; set; }

    public bool DisableHealthChecks { get; set; }

    public bool DisableTracing { get; set; }

    public bool DisableMetrics { get; set; }

    /// <summary>Seconds; null is the driver's default.</summary>
    public int? CommandTimeout { get; set; }
}

using System.Text;
using Driftlock.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Storage;

/// <summary>The schema, for queries and migrations. The hot paths (append, claim, commit) speak SQL on the same tables.</summary>
public sealed class DriftlockContext(DbContextOptions<DriftlockContext> options) : DbContext(options)
{
    /// <summary>A sequence that is taken under an advisory lock, so that numbers become visible in order.</summary>
    public const string AnomalySequence = "anomaly_sequence";

    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<StreamRow> Streams => Set<StreamRow>();

    public DbSet<StreamHour> StreamHours => Set<StreamHour>();

    public DbSet<Anomaly> Anomalies => Set<Anomaly>();

    public DbSet<LogEntry> LogEntries => Set<LogEntry>();

    public DbSet<LogPartition> LogPartitions => Set<LogPartition>();

    public DbSet<PartitionLease> PartitionLeases => Set<PartitionLease>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasSequence<long>(AnomalySequence);

        modelBuilder.Entity<Tenant>().ToTable("tenants").HasIndex(t => t.Name).IsUnique();
        modelBuilder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys").HasIndex(k => k.SecretHash).IsUnique();
            key.HasIndex(k => new { k.TenantId, k.CreatedAt });
            key.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId);
        });
        modelBuilder.Entity<StreamRow>(stream =>
        {
            stream.ToTable("streams").Property(s => s.Id).ValueGeneratedNever();
            stream.HasIndex(s => new { s.TenantId, s.Id });
            stream.HasIndex(s => new { s.TenantId, s.Service });
        });
        modelBuilder.Entity<StreamHour>().ToTable("stream_hours").HasKey(h => new { h.TenantId, h.Hour, h.StreamId });
        modelBuilder.Entity<Anomaly>(anomaly =>
        {
            anomaly.ToTable("anomalies").HasIndex(a => new { a.TenantId, a.Sequence }).IsUnique();
            anomaly.HasIndex(a => new { a.TenantId, a.Status, a.Sequence });
            anomaly.HasIndex(a => new { a.TenantId, a.StreamId, a.Sequence });
            anomaly.HasIndex(a => new { a.TenantId, a.Service, a.FirstEventTime });
        });
        modelBuilder.Entity<LogEntry>(entry =>
        {
            entry.ToTable("log_entries").HasKey(e => new { e.PartitionId, e.Offset });
            // Payloads are Brotli already: do not let Postgres try again.
            entry.Property(e => e.Payload);
        });
        modelBuilder.Entity<LogPartition>().ToTable("log_partitions").Property(p => p.Id).ValueGeneratedNever();
        modelBuilder.Entity<PartitionLease>().ToTable("partition_leases").HasKey(l => l.PartitionId);
        modelBuilder.Entity<PartitionLease>().Property(l => l.PartitionId).ValueGeneratedNever();
        modelBuilder.Entity<DetectorReplica>().ToTable("detector_replicas");
        modelBuilder.Entity<IngestRequest>(request =>
        {
            request.ToTable("ingest_requests").HasKey(r => new { r.TenantId, r.ContentHash });
            request.HasIndex(r => r.ReceivedAt);
        });
        modelBuilder.Entity<EngineSnapshot>().ToTable("engine_snapshots").HasKey(s => new { s.PartitionId, s.StreamId });

        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0) text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}

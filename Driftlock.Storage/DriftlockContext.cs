using System.Text;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Storage;

/// <summary>The schema, for queries and migrations. The hot paths (append, claim, commit) speak SQL on the same tables.</summary>
public sealed class DriftlockContext(DbContextOptions<DriftlockContext> options) : IdentityUserContext<User, Guid>(options)
{
    /// <summary>A sequence that is taken under an advisory lock, so that numbers become visible in order.</summary>
    public const string AnomalySequence = "anomaly_sequence";

    public DbSet<Tenant> Tenants => Set<Tenant>();

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<UserSession> UserSessions => Set<UserSession>();

    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();

    public DbSet<IdempotentWrite> IdempotentWrites => Set<IdempotentWrite>();

    public DbSet<SigningKey> SigningKeys => Set<SigningKey>();

    public DbSet<EvidenceChainRow> EvidenceChain => Set<EvidenceChainRow>();

    public DbSet<StreamRow> Streams => Set<StreamRow>();

    public DbSet<StreamHour> StreamHours => Set<StreamHour>();

    public DbSet<Anomaly> Anomalies => Set<Anomaly>();

    public DbSet<LogEntry> LogEntries => Set<LogEntry>();

    public DbSet<LogPartition> LogPartitions => Set<LogPartition>();

    public DbSet<PartitionLease> PartitionLeases => Set<PartitionLease>();

    public DbSet<UsageDay> Usage => Set<UsageDay>();

    public DbSet<TenantSettingsVersion> TenantSettings => Set<TenantSettingsVersion>();

    public DbSet<StreamAnchor> StreamAnchors => Set<StreamAnchor>();

    public DbSet<StreamMinute> StreamMinutes => Set<StreamMinute>();

    public DbSet<Incident> Incidents => Set<Incident>();

    public DbSet<AnomalyFeedback> Feedback => Set<AnomalyFeedback>();

    public DbSet<Export> Exports => Set<Export>();

    public DbSet<ExportChunk> ExportChunks => Set<ExportChunk>();

    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();

    public DbSet<AlertDelivery> AlertDeliveries => Set<AlertDelivery>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        OnIdentity(builder);
        OnRecords(builder);
        OnStreams(builder);
        OnDelivery(builder);
        foreach (var property in builder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static void OnIdentity(ModelBuilder builder)
    {
        builder.Entity<Tenant>().ToTable("tenants").HasIndex(t => t.Name).IsUnique();
        builder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys").HasIndex(k => k.SecretHash).IsUnique();
            key.HasIndex(k => new { k.TenantId, k.CreatedAt });
            key.HasOne<Tenant>().WithMany().HasForeignKey(k => k.TenantId);
            // Of a key there is one successor: two active ones at most.
            key.HasIndex(k => k.ReplacesId).IsUnique();
        });
        builder.Entity<User>(user =>
        {
            user.ToTable("users").HasOne<Tenant>().WithMany().HasForeignKey(u => u.TenantId);
            user.HasIndex(u => new { u.TenantId, u.CreatedAt });
        });
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("user_claims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("user_logins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("user_tokens");
        builder.Entity<UserSession>(session =>
        {
            session.ToTable("user_sessions").HasKey(s => s.TokenHash);
            session.HasIndex(s => s.ExpiresAt);
            session.HasOne<User>().WithMany().HasForeignKey(s => s.UserId);
        });
    }

    private static void OnRecords(ModelBuilder builder)
    {
        builder.Entity<AuditEntry>(entry =>
        {
            entry.ToTable("audit_log").HasKey(e => new { e.TenantId, e.Position });
            entry.HasIndex(e => new { e.TenantId, e.Target, e.Position });
            entry.Property(e => e.Before).HasColumnType("json");
            entry.Property(e => e.After).HasColumnType("json");
        });
        builder.Entity<IdempotentWrite>(write =>
        {
            write.ToTable("idempotent_writes").HasKey(w => new { w.TenantId, w.Actor, w.Key });
            write.HasIndex(w => w.StartedAt);
        });
        builder.Entity<SigningKey>().ToTable("signing_keys");
        builder.Entity<EvidenceChainRow>(link =>
        {
            link.ToTable("evidence_chain").HasKey(l => new { l.TenantId, l.Position });
            link.HasIndex(l => new { l.TenantId, l.AnomalyId }).IsUnique();
        });
        builder.Entity<UsageDay>().ToTable("usage_days").HasKey(u => new { u.TenantId, u.Day });
        builder.Entity<KeptMasterKey>().ToTable("kept_master_key").HasKey(k => k.Secret);
    }

    private static void OnStreams(ModelBuilder builder)
    {
        builder.HasSequence<long>(AnomalySequence);

        builder.Entity<StreamRow>(stream =>
        {
            stream.ToTable("streams").Property(s => s.Id).ValueGeneratedNever();
            stream.HasIndex(s => new { s.TenantId, s.Id });
            stream.HasIndex(s => new { s.TenantId, s.Service, s.Id });
        });
        builder.Entity<StreamHour>().ToTable("stream_hours").HasKey(h => new { h.TenantId, h.Hour, h.StreamId });
        builder.Entity<Anomaly>(anomaly =>
        {
            // Partitioned by detected_at, which the database has in the primary key too (docs/SCHEMA.md); ids are unique by themselves.
            anomaly.ToTable("anomalies").HasIndex(a => new { a.TenantId, a.Sequence, a.DetectedAt }).IsUnique();
            anomaly.HasIndex(a => a.Sequence);
            anomaly.HasIndex(a => new { a.TenantId, a.Status, a.Sequence }).IncludeProperties(a => a.Severity);
            anomaly.HasIndex(a => new { a.TenantId, a.StreamId, a.Sequence });
            // Also for what is related: the times are compared within the index, and the newest come first.
            anomaly.HasIndex(a => new { a.TenantId, a.Service, a.Sequence, a.FirstEventTime, a.LastEventTime }, "IX_anomalies_tenant_id_service");
            anomaly.HasIndex(a => new { a.IncidentId, a.Sequence });
            // The list in each of its orders, the largest first; of p-values the smallest, whose index is of an expression and made in the migration.
            anomaly.HasIndex(a => new { a.TenantId, a.Score, a.Sequence });
            anomaly.HasIndex(a => new { a.TenantId, a.ExcessBits, a.Sequence });
            anomaly.HasIndex(a => new { a.TenantId, a.FirstEventTime, a.Sequence });
        });
        builder.Entity<Incident>(incident =>
        {
            incident.ToTable("incidents").HasIndex(i => new { i.TenantId, i.Sequence }).IsUnique();
            incident.HasIndex(i => new { i.TenantId, i.EndedAt });
        });
        builder.Entity<AnomalyFeedback>().ToTable("anomaly_feedback").HasIndex(f => new { f.TenantId, f.AnomalyId });
        builder.Entity<TenantSettingsVersion>(settings =>
        {
            settings.ToTable("tenant_settings").HasKey(s => new { s.TenantId, s.Version });
            settings.Property(s => s.Settings).HasColumnType("json");
        });
        builder.Entity<StreamAnchor>().ToTable("stream_anchors").HasIndex(a => new { a.TenantId, a.StreamId, a.PinnedAt });
        builder.Entity<StreamMinute>().ToTable("stream_minutes").HasKey(m => new { m.TenantId, m.StreamId, m.Minute });
        builder.Entity<LogEntry>(entry =>
        {
            // Partitioned by segment, which the database has in the primary key too.
            entry.ToTable("log_entries").HasKey(e => new { e.PartitionId, e.Offset });
        });
        builder.Entity<LogPartition>().ToTable("log_partitions").Property(p => p.Id).ValueGeneratedNever();
        builder.Entity<PartitionLease>().ToTable("partition_leases").HasKey(l => l.PartitionId);
        builder.Entity<PartitionLease>().Property(l => l.PartitionId).ValueGeneratedNever();
        builder.Entity<DetectorReplica>().ToTable("detector_replicas");
        builder.Entity<IngestRequest>(request =>
        {
            request.ToTable("ingest_requests").HasKey(r => new { r.TenantId, r.ContentHash });
            request.HasIndex(r => r.ReceivedAt);
        });
        builder.Entity<EngineSnapshot>().ToTable("engine_snapshots").HasKey(s => new { s.PartitionId, s.StreamId });
    }

    private static void OnDelivery(ModelBuilder builder)
    {
        builder.Entity<Export>(export =>
        {
            export.ToTable("exports").HasIndex(e => new { e.TenantId, e.CreatedAt });
            export.HasIndex(e => e.CreatedAt).HasFilter("status IN (1, 2)").HasDatabaseName("IX_exports_unfinished");
            export.Property(e => e.Filter).HasColumnType("json");
        });
        builder.Entity<ExportChunk>(chunk =>
        {
            // By where it begins, as a download asks for it; of two that write the same piece one fails all the same.
            chunk.ToTable("export_chunks").HasKey(c => new { c.ExportId, c.FirstByte });
            chunk.HasOne<Export>().WithMany().HasForeignKey(c => c.ExportId);
        });
        builder.Entity<AlertChannel>().ToTable("alert_channels").HasIndex(c => new { c.TenantId, c.CreatedAt });
        builder.Entity<AlertDelivery>(delivery =>
        {
            delivery.ToTable("alert_deliveries").HasIndex(d => new { d.ChannelId, d.Subject }).IsUnique();
            delivery.HasIndex(d => d.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
            delivery.HasIndex(d => new { d.ChannelId, d.CreatedAt });
            // The next of a channel, beside all that it had.
            delivery.HasIndex(d => new { d.ChannelId, d.CreatedAt }, "IX_alert_deliveries_waiting").HasFilter("next_attempt_at IS NOT NULL");
            delivery.HasIndex(d => d.CreatedAt);
            delivery.HasOne<AlertChannel>().WithMany().HasForeignKey(d => d.ChannelId);
        });
        builder.Entity<PerformanceFigure>().ToTable("performance_figures").HasKey(f => new { f.At, f.Kind, f.Name, f.Bucket });
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

using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Driftlock.Storage.Migrations;

/// <summary>
/// The event log becomes partitioned by day, anomalies and the hourly counts by month. What is there stays where it is, as the first
/// partition (FROM MINVALUE to the end of the day or month); no row is copied. It takes ACCESS EXCLUSIVE locks on log_partitions,
/// log_entries, anomalies and stream_hours, in one transaction: appends and reads wait, and senders are told to try again, while the indexes
/// of these tables are built anew and each table is read once. docs/SCHEMA.md has the measured time per million rows. A lock that is not had within
/// ten seconds ends the migration without a change.
/// </summary>
public partial class Partitions : Migration
{
    private const string Today = "((now() AT TIME ZONE 'UTC')::date - date '1970-01-01')";

    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            SET LOCAL lock_timeout = '10s';
            LOCK TABLE log_partitions, log_entries, anomalies, stream_hours IN ACCESS EXCLUSIVE MODE;
            SET LOCAL lock_timeout = 0;
            """);
        migrationBuilder.Sql(EventLog);
        migrationBuilder.Sql(Anomalies);
        migrationBuilder.Sql(StreamHours);
        migrationBuilder.Sql("""
            DROP INDEX "IX_streams_tenant_id_service";
            CREATE INDEX "IX_streams_tenant_id_service_id" ON streams (tenant_id, service, id);
            """);
    }

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("""
            SET LOCAL lock_timeout = '10s';
            LOCK TABLE log_partitions, log_entries, anomalies, stream_hours IN ACCESS EXCLUSIVE MODE;
            CREATE TABLE plain (LIKE log_entries);
            INSERT INTO plain SELECT * FROM log_entries;
            DROP TABLE log_entries;
            ALTER TABLE plain RENAME TO log_entries;
            ALTER TABLE log_entries DROP COLUMN segment, ADD CONSTRAINT "PK_log_entries" PRIMARY KEY (partition_id, "offset");
            ALTER TABLE log_partitions DROP COLUMN segment;
            CREATE TABLE plain (LIKE anomalies);
            INSERT INTO plain SELECT * FROM anomalies;
            DROP TABLE anomalies;
            ALTER TABLE plain RENAME TO anomalies;
            ALTER TABLE anomalies ADD CONSTRAINT "PK_anomalies" PRIMARY KEY (id);
            CREATE UNIQUE INDEX "IX_anomalies_tenant_id_sequence" ON anomalies (tenant_id, sequence);
            CREATE INDEX "IX_anomalies_tenant_id_status_sequence" ON anomalies (tenant_id, status, sequence);
            CREATE INDEX "IX_anomalies_tenant_id_stream_id_sequence" ON anomalies (tenant_id, stream_id, sequence);
            CREATE INDEX "IX_anomalies_tenant_id_service_first_event_time" ON anomalies (tenant_id, service, first_event_time);
            CREATE TABLE plain (LIKE stream_hours);
            INSERT INTO plain SELECT * FROM stream_hours;
            DROP TABLE stream_hours;
            ALTER TABLE plain RENAME TO stream_hours;
            ALTER TABLE stream_hours ADD CONSTRAINT "PK_stream_hours" PRIMARY KEY (tenant_id, hour, stream_id);
            DROP INDEX "IX_streams_tenant_id_service_id";
            CREATE INDEX "IX_streams_tenant_id_service" ON streams (tenant_id, service);
            """);
    }

    // What is there counts as received today: it is kept for the full time from now on. The default is for services of the version before,
    // which do not name the column and may go on appending until they are replaced.
    private const string EventLog = $"""
        DO $do$
        DECLARE today integer := {Today};
        BEGIN
          ALTER TABLE log_partitions ADD COLUMN segment integer NOT NULL DEFAULT 0;
          UPDATE log_partitions SET segment = today;
          ALTER TABLE log_partitions ALTER COLUMN segment DROP DEFAULT;

          EXECUTE format('ALTER TABLE log_entries ADD COLUMN segment integer NOT NULL DEFAULT %s', today);
          ALTER TABLE log_entries ALTER COLUMN segment SET DEFAULT {Today};
          ALTER TABLE log_entries ALTER COLUMN payload SET STORAGE EXTERNAL;
          ALTER TABLE log_entries RENAME TO log_entries_first;
          ALTER TABLE log_entries_first DROP CONSTRAINT "PK_log_entries";
          ALTER TABLE log_entries_first ADD CONSTRAINT "PK_log_entries_first" PRIMARY KEY (partition_id, "offset", segment);

          CREATE TABLE log_entries (LIKE log_entries_first INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE (segment);
          ALTER TABLE log_entries ADD CONSTRAINT "PK_log_entries" PRIMARY KEY (partition_id, "offset", segment);
          CREATE TABLE log_entries_default PARTITION OF log_entries DEFAULT;
          IF EXISTS (SELECT FROM log_entries_first) THEN
            EXECUTE format('ALTER TABLE log_entries ATTACH PARTITION log_entries_first FOR VALUES FROM (MINVALUE) TO (%s)', today + 1);
          ELSE
            DROP TABLE log_entries_first;
          END IF;
        END $do$;
        """;

    private const string Anomalies = """
        DO $do$
        DECLARE upto timestamptz := (date_trunc('month', greatest(now(), (SELECT max(detected_at) FROM anomalies)) AT TIME ZONE 'UTC')
          + interval '1 month') AT TIME ZONE 'UTC';
        BEGIN
          ALTER TABLE anomalies ALTER COLUMN evidence SET STORAGE EXTERNAL;
          ALTER TABLE anomalies RENAME TO anomalies_first;
          ALTER TABLE anomalies_first DROP CONSTRAINT "PK_anomalies";
          DROP INDEX "IX_anomalies_tenant_id_sequence", "IX_anomalies_tenant_id_status_sequence", "IX_anomalies_tenant_id_service_first_event_time";
          ALTER INDEX "IX_anomalies_tenant_id_stream_id_sequence" RENAME TO "IX_anomalies_first_tenant_id_stream_id_sequence";
          ALTER TABLE anomalies_first ADD CONSTRAINT "PK_anomalies_first" PRIMARY KEY (id, detected_at);

          CREATE TABLE anomalies (LIKE anomalies_first INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE (detected_at);
          ALTER TABLE anomalies ADD CONSTRAINT "PK_anomalies" PRIMARY KEY (id, detected_at);
          CREATE INDEX "IX_anomalies_sequence" ON anomalies (sequence);
          CREATE UNIQUE INDEX "IX_anomalies_tenant_id_sequence_detected_at" ON anomalies (tenant_id, sequence, detected_at);
          CREATE INDEX "IX_anomalies_tenant_id_status_sequence" ON anomalies (tenant_id, status, sequence) INCLUDE (severity);
          CREATE INDEX "IX_anomalies_tenant_id_stream_id_sequence" ON anomalies (tenant_id, stream_id, sequence);
          CREATE INDEX "IX_anomalies_tenant_id_service" ON anomalies (tenant_id, service, sequence, first_event_time, last_event_time);
          CREATE TABLE anomalies_default PARTITION OF anomalies DEFAULT;
          IF EXISTS (SELECT FROM anomalies_first) THEN
            EXECUTE format('ALTER TABLE anomalies ATTACH PARTITION anomalies_first FOR VALUES FROM (MINVALUE) TO (%L)', upto);
          ELSE
            DROP TABLE anomalies_first;
          END IF;
        END $do$;
        """;

    private const string StreamHours = """
        DO $do$
        DECLARE upto timestamptz := (date_trunc('month', greatest(now(), (SELECT max(hour) FROM stream_hours)) AT TIME ZONE 'UTC')
          + interval '1 month') AT TIME ZONE 'UTC';
        BEGIN
          ALTER TABLE stream_hours RENAME TO stream_hours_first;
          ALTER TABLE stream_hours_first RENAME CONSTRAINT "PK_stream_hours" TO "PK_stream_hours_first";
          CREATE TABLE stream_hours (LIKE stream_hours_first INCLUDING DEFAULTS) PARTITION BY RANGE (hour);
          ALTER TABLE stream_hours ADD CONSTRAINT "PK_stream_hours" PRIMARY KEY (tenant_id, hour, stream_id);
          CREATE TABLE stream_hours_default PARTITION OF stream_hours DEFAULT;
          IF EXISTS (SELECT FROM stream_hours_first) THEN
            EXECUTE format('ALTER TABLE stream_hours ATTACH PARTITION stream_hours_first FOR VALUES FROM (MINVALUE) TO (%L)', upto);
          ELSE
            DROP TABLE stream_hours_first;
          END IF;
        END $do$;
        """;
}

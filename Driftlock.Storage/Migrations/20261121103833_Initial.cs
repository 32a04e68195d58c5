using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Driftlock.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "anomaly_sequence");

            migrationBuilder.CreateTable(
                name: "anomalies",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    stream_id = table.Column<long>(type: "bigint", nullable: false),
                    signal = table.Column<short>(type: "smallint", nullable: false),
                    service = table.Column<string>(type: "text", nullable: false),
                    stream_name = table.Column<string>(type: "text", nullable: false),
                    severity = table.Column<short>(type: "smallint", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    score = table.Column<double>(type: "double precision", nullable: false),
                    p_value = table.Column<double>(type: "double precision", nullable: false),
                    excess_bits = table.Column<double>(type: "double precision", nullable: false),
                    affected_share = table.Column<double>(type: "double precision", nullable: false),
                    why = table.Column<string>(type: "text", nullable: false),
                    costliest_line = table.Column<string>(type: "text", nullable: false),
                    event_count = table.Column<int>(type: "integer", nullable: false),
                    first_event_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_event_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    detected_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    evidence_hash = table.Column<string>(type: "text", nullable: false),
                    evidence = table.Column<byte[]>(type: "bytea", nullable: false),
                    notes = table.Column<string>(type: "text", nullable: true),
                    status_changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status_changed_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_anomalies", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "detector_replicas",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    heartbeat_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_detector_replicas", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "engine_snapshots",
                columns: table => new
                {
                    partition_id = table.Column<int>(type: "integer", nullable: false),
                    stream_id = table.Column<long>(type: "bigint", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    engine = table.Column<string>(type: "text", nullable: false),
                    state = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_engine_snapshots", x => new { x.partition_id, x.stream_id });
                });

            migrationBuilder.CreateTable(
                name: "ingest_requests",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    content_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    received_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ingest_requests", x => new { x.tenant_id, x.content_hash });
                });

            migrationBuilder.CreateTable(
                name: "log_entries",
                columns: table => new
                {
                    partition_id = table.Column<int>(type: "integer", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    event_count = table.Column<int>(type: "integer", nullable: false),
                    received_unix_nano = table.Column<long>(type: "bigint", nullable: false),
                    payload = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_entries", x => new { x.partition_id, x.offset });
                });

            migrationBuilder.CreateTable(
                name: "log_partitions",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    head_offset = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_log_partitions", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "partition_leases",
                columns: table => new
                {
                    partition_id = table.Column<int>(type: "integer", nullable: false),
                    committed_offset = table.Column<long>(type: "bigint", nullable: false),
                    owner = table.Column<string>(type: "text", nullable: true),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_partition_leases", x => x.partition_id);
                });

            migrationBuilder.CreateTable(
                name: "stream_hours",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    hour = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    stream_id = table.Column<long>(type: "bigint", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    windows = table.Column<long>(type: "bigint", nullable: false),
                    anomalies = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_hours", x => new { x.tenant_id, x.hour, x.stream_id });
                });

            migrationBuilder.CreateTable(
                name: "streams",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    signal = table.Column<short>(type: "smallint", nullable: false),
                    service = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    partition_id = table.Column<int>(type: "integer", nullable: false),
                    first_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_event_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    windows = table.Column<long>(type: "bigint", nullable: false),
                    anomalies = table.Column<long>(type: "bigint", nullable: false),
                    suppressed = table.Column<long>(type: "bigint", nullable: false),
                    calibrating = table.Column<long>(type: "bigint", nullable: false),
                    events_needed = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_streams", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<short>(type: "smallint", nullable: false),
                    secret_hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    prefix = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_api_keys", x => x.id);
                    table.ForeignKey(
                        name: "FK_api_keys_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_sequence",
                table: "anomalies",
                columns: new[] { "tenant_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_service_first_event_time",
                table: "anomalies",
                columns: new[] { "tenant_id", "service", "first_event_time" });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_status_sequence",
                table: "anomalies",
                columns: new[] { "tenant_id", "status", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_stream_id_sequence",
                table: "anomalies",
                columns: new[] { "tenant_id", "stream_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_secret_hash",
                table: "api_keys",
                column: "secret_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_api_keys_tenant_id_created_at",
                table: "api_keys",
                columns: new[] { "tenant_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_ingest_requests_received_at",
                table: "ingest_requests",
                column: "received_at");

            migrationBuilder.CreateIndex(
                name: "IX_streams_tenant_id_id",
                table: "streams",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_streams_tenant_id_service",
                table: "streams",
                columns: new[] { "tenant_id", "service" });

            migrationBuilder.CreateIndex(
                name: "IX_tenants_name",
                table: "tenants",
                column: "name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "anomalies");

            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "detector_replicas");

            migrationBuilder.DropTable(
                name: "engine_snapshots");

            migrationBuilder.DropTable(
                name: "ingest_requests");

            migrationBuilder.DropTable(
                name: "log_entries");

            migrationBuilder.DropTable(
                name: "log_partitions");

            migrationBuilder.DropTable(
                name: "partition_leases");

            migrationBuilder.DropTable(
                name: "stream_hours");

            migrationBuilder.DropTable(
                name: "streams");

            migrationBuilder.DropTable(
                name: "tenants");

            migrationBuilder.DropSequence(
                name: "anomaly_sequence");
        }
    }
}

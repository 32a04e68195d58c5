using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Driftlock.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Operations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET LOCAL lock_timeout = '10s'");
            migrationBuilder.AddColumn<int>(
                name: "auto_acknowledge_days",
                table: "tenants",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "incident_id",
                table: "anomalies",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "trace_id",
                table: "anomalies",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "anomaly_feedback",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    anomaly_id = table.Column<string>(type: "text", nullable: false),
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_anomaly_feedback", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "incidents",
                columns: table => new
                {
                    id = table.Column<string>(type: "text", nullable: false),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    services = table.Column<string[]>(type: "text[]", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    severity = table.Column<short>(type: "smallint", nullable: false),
                    status = table.Column<short>(type: "smallint", nullable: false),
                    anomalies = table.Column<int>(type: "integer", nullable: false),
                    status_changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    status_changed_by = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incidents", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "stream_anchors",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    stream_id = table.Column<long>(type: "bigint", nullable: false),
                    channel = table.Column<string>(type: "text", nullable: false),
                    block_events = table.Column<long>(type: "bigint", nullable: false),
                    first_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    means = table.Column<double[]>(type: "double precision[]", nullable: false),
                    pinned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    pinned_by_hand = table.Column<bool>(type: "boolean", nullable: false),
                    superseded_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    superseded_by_hand = table.Column<bool>(type: "boolean", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stream_anchors", x => x.id);
                });

            migrationBuilder.Sql(
                """
                CREATE TABLE stream_minutes (
                  tenant_id integer NOT NULL, minute timestamptz NOT NULL, stream_id bigint NOT NULL, events bigint NOT NULL, windows integer NOT NULL,
                  anomalies integer NOT NULL, suppressed integer NOT NULL, ratio_sum double precision NOT NULL, ratio_windows integer NOT NULL,
                  ratio_largest double precision NOT NULL, smallest_p_value double precision NOT NULL,
                  CONSTRAINT "PK_stream_minutes" PRIMARY KEY (tenant_id, stream_id, minute)) PARTITION BY RANGE (minute);
                CREATE TABLE stream_minutes_default PARTITION OF stream_minutes DEFAULT;
                """);

            migrationBuilder.CreateTable(
                name: "tenant_settings",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    settings = table.Column<string>(type: "json", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: false),
                    note = table.Column<string>(type: "text", nullable: true),
                    offsets = table.Column<long[]>(type: "bigint[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenant_settings", x => new { x.tenant_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "usage_days",
                columns: table => new
                {
                    tenant_id = table.Column<int>(type: "integer", nullable: false),
                    day = table.Column<DateOnly>(type: "date", nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    events = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_usage_days", x => new { x.tenant_id, x.day });
                });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_incident_id_sequence",
                table: "anomalies",
                columns: new[] { "incident_id", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_anomaly_feedback_tenant_id_anomaly_id",
                table: "anomaly_feedback",
                columns: new[] { "tenant_id", "anomaly_id" });

            migrationBuilder.CreateIndex(
                name: "IX_incidents_tenant_id_sequence",
                table: "incidents",
                columns: new[] { "tenant_id", "sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_incidents_tenant_id_status_ended_at",
                table: "incidents",
                columns: new[] { "tenant_id", "status", "ended_at" });

            migrationBuilder.CreateIndex(
                name: "IX_stream_anchors_tenant_id_stream_id_pinned_at",
                table: "stream_anchors",
                columns: new[] { "tenant_id", "stream_id", "pinned_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "anomaly_feedback");

            migrationBuilder.DropTable(
                name: "incidents");

            migrationBuilder.DropTable(
                name: "stream_anchors");

            migrationBuilder.DropTable(
                name: "stream_minutes");

            migrationBuilder.DropTable(
                name: "tenant_settings");

            migrationBuilder.DropTable(
                name: "usage_days");

            migrationBuilder.DropIndex(
                name: "IX_anomalies_incident_id_sequence",
                table: "anomalies");

            migrationBuilder.DropColumn(
                name: "auto_acknowledge_days",
                table: "tenants");

            migrationBuilder.DropColumn(
                name: "incident_id",
                table: "anomalies");

            migrationBuilder.DropColumn(
                name: "trace_id",
                table: "anomalies");
        }
    }
}

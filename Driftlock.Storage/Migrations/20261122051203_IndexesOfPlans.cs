using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Driftlock.Storage.Migrations
{
    /// <summary>
    /// What the plans of docs/SCHEMA.md ask for. While an index is made, writers of its table wait, and readers do not: appends go on, and detectors wait with
    /// their anomalies, seven seconds for each million that is kept. A lock that is not had within ten seconds ends the migration without a change.
    /// </summary>
    public partial class IndexesOfPlans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET LOCAL lock_timeout = '10s'");
            migrationBuilder.DropIndex(
                name: "IX_incidents_tenant_id_status_ended_at",
                table: "incidents");

            migrationBuilder.DropPrimaryKey(
                name: "PK_export_chunks",
                table: "export_chunks");

            migrationBuilder.AddPrimaryKey(
                name: "PK_export_chunks",
                table: "export_chunks",
                columns: new[] { "export_id", "first_byte" });

            migrationBuilder.CreateIndex(
                name: "IX_user_sessions_expires_at",
                table: "user_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_incidents_tenant_id_ended_at",
                table: "incidents",
                columns: new[] { "tenant_id", "ended_at" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_log_tenant_id_target_position",
                table: "audit_log",
                columns: new[] { "tenant_id", "target", "position" });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_excess_bits_sequence",
                table: "anomalies",
                columns: new[] { "tenant_id", "excess_bits", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_anomalies_tenant_id_first_event_time_sequence",
                table: "anomalies",
                columns: new[] { "tenant_id", "first_event_time", "sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_alert_deliveries_waiting",
                table: "alert_deliveries",
                columns: new[] { "channel_id", "created_at" },
                filter: "next_attempt_at IS NOT NULL");

            // The smallest first, and of equal ones the newest: the model knows no index of an expression.
            migrationBuilder.Sql("CREATE INDEX \"IX_anomalies_tenant_id_p_value_sequence\" ON anomalies (tenant_id, p_value, (-sequence))");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX \"IX_anomalies_tenant_id_p_value_sequence\"");
            migrationBuilder.DropIndex(
                name: "IX_user_sessions_expires_at",
                table: "user_sessions");

            migrationBuilder.DropIndex(
                name: "IX_incidents_tenant_id_ended_at",
                table: "incidents");

            migrationBuilder.DropPrimaryKey(
                name: "PK_export_chunks",
                table: "export_chunks");

            migrationBuilder.DropIndex(
                name: "IX_audit_log_tenant_id_target_position",
                table: "audit_log");

            migrationBuilder.DropIndex(
                name: "IX_anomalies_tenant_id_excess_bits_sequence",
                table: "anomalies");

            migrationBuilder.DropIndex(
                name: "IX_anomalies_tenant_id_first_event_time_sequence",
                table: "anomalies");

            migrationBuilder.DropIndex(
                name: "IX_alert_deliveries_waiting",
                table: "alert_deliveries");

            migrationBuilder.AddPrimaryKey(
                name: "PK_export_chunks",
                table: "export_chunks",
                columns: new[] { "export_id", "ordinal" });

            migrationBuilder.CreateIndex(
                name: "IX_incidents_tenant_id_status_ended_at",
                table: "incidents",
                columns: new[] { "tenant_id", "status", "ended_at" });
        }
    }
}

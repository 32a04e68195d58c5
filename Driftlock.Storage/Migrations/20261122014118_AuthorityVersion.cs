using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Driftlock.Storage.Migrations
{
    /// <inheritdoc />
    public partial class AuthorityVersion : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET LOCAL lock_timeout = '10s'");
            // A row and no sequence: a sequence would show the new number before the change that it stands for can be seen.
            migrationBuilder.Sql(
                """
                CREATE TABLE authority_version (one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row), version bigint NOT NULL);
                INSERT INTO authority_version (version) VALUES (1);

                CREATE FUNCTION raise_authority_version() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN UPDATE authority_version SET version = version + 1; RETURN NULL; END $$;
                -- Statements that end no session are many: each sign-in makes sure that a user has not too many.
                CREATE FUNCTION raise_authority_version_if_gone() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN
                    IF EXISTS (SELECT FROM gone) THEN UPDATE authority_version SET version = version + 1; END IF;
                    RETURN NULL;
                  END $$;

                CREATE TRIGGER api_keys_authority AFTER UPDATE ON api_keys FOR EACH ROW
                  WHEN ((OLD.tenant_id, OLD.name, OLD.scopes, OLD.secret_hash, OLD.expires_at, OLD.revoked_at)
                    IS DISTINCT FROM (NEW.tenant_id, NEW.name, NEW.scopes, NEW.secret_hash, NEW.expires_at, NEW.revoked_at))
                  EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER api_keys_authority_gone AFTER DELETE OR TRUNCATE ON api_keys FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER users_authority AFTER UPDATE ON users FOR EACH ROW
                  WHEN ((OLD.tenant_id, OLD.role, OLD.disabled_at, OLD.email) IS DISTINCT FROM (NEW.tenant_id, NEW.role, NEW.disabled_at, NEW.email))
                  EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER users_authority_gone AFTER DELETE OR TRUNCATE ON users FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER user_sessions_authority AFTER UPDATE OR TRUNCATE ON user_sessions FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER user_sessions_authority_gone AFTER DELETE ON user_sessions REFERENCING OLD TABLE AS gone
                  FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version_if_gone();
                CREATE TRIGGER tenants_authority AFTER UPDATE ON tenants FOR EACH ROW WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at)
                  EXECUTE FUNCTION raise_authority_version();
                CREATE TRIGGER tenants_authority_gone AFTER DELETE OR TRUNCATE ON tenants FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_version();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql(
                """
                DROP TRIGGER api_keys_authority ON api_keys; DROP TRIGGER api_keys_authority_gone ON api_keys;
                DROP TRIGGER users_authority ON users; DROP TRIGGER users_authority_gone ON users;
                DROP TRIGGER user_sessions_authority ON user_sessions; DROP TRIGGER user_sessions_authority_gone ON user_sessions;
                DROP TRIGGER tenants_authority ON tenants; DROP TRIGGER tenants_authority_gone ON tenants;
                DROP FUNCTION raise_authority_version_if_gone(); DROP FUNCTION raise_authority_version(); DROP TABLE authority_version;
                """);
    }
}

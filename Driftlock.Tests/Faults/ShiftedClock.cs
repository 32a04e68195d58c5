using Driftlock.Tests.Storage;
using Npgsql;

namespace Driftlock.Tests.Faults;

/// <summary>
/// Makes the clock of one database go wrong, without a foreign library in the server: its search path finds our now() before the server's.
/// Services must have connected after it was installed.
/// </summary>
internal static class ShiftedClock
{
    public static Task InstallAsync(NpgsqlDataSource dataSource) => dataSource.ExecuteAsync(
        """
        CREATE SCHEMA wrong_clock;
        CREATE TABLE wrong_clock.shift (by interval NOT NULL);
        INSERT INTO wrong_clock.shift VALUES ('0');
        CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT pg_catalog.now() + (SELECT by FROM wrong_clock.shift)';
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database()); END $$;
        """);

    /// <param name="dataSource">Of the database.</param>
    /// <param name="by">How far ahead; negative: behind.</param>
    public static async Task ShiftAsync(NpgsqlDataSource dataSource, TimeSpan by)
    {
        await using var command = dataSource.CreateCommand("UPDATE wrong_clock.shift SET by = $1");
        command.Parameters.Add(new() { Value = by });
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}

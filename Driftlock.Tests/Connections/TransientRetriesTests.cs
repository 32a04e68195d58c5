using Driftlock.Storage;
using Driftlock.Storage.Connections;
using Driftlock.Tests.Fixtures;
using Driftlock.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Driftlock.Tests.Connections;

/// <summary>The server itself raises the errors: what counts is how often the driver and EF Core come again.</summary>
[Collection(StoreServer.Name)]
public sealed class TransientRetriesTests(PostgresServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    [InlineData(PostgresErrorCodes.CannotConnectNow)]
    [InlineData(PostgresErrorCodes.TooManyConnections)]
    public async Task What_passes_is_tried_again_a_few_times(string error) => Assert.Equal(1 + TransientRetries.AtMost, await AttemptsAsync(error));

    [Theory]
    [InlineData(PostgresErrorCodes.UniqueViolation)]
    [InlineData(PostgresErrorCodes.UndefinedTable)]
    [InlineData(PostgresErrorCodes.QueryCanceled)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData(PostgresErrorCodes.InvalidTextRepresentation)]
    public async Task What_would_fail_again_is_tried_once(string error) => Assert.Equal(1, await AttemptsAsync(error));

    private async Task<int> AttemptsAsync(string error)
    {
        var options = new DbContextOptionsBuilder<DriftlockContext>().UseNpgsql(await server.CreateDatabaseAsync(Cancellation));
        options.UseTransientRetries();
        await using var database = new DriftlockContext(options.Options);
        var attempts = 0;
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => database.Database.CreateExecutionStrategy().ExecuteAsync(
            cancellation =>
            {
                attempts++;
#pragma warning disable EF1002 // A constant of the driver.
                return database.Database.ExecuteSqlRawAsync($"DO $do$ BEGIN RAISE EXCEPTION 'as asked' USING ERRCODE = '{error}'; END $do$", cancellation);
#pragma warning restore EF1002
            },
            Cancellation));
        Assert.Equal(error, Assert.IsType<PostgresException>(failure is RetryLimitExceededException or InvalidOperationException ? failure.InnerException : failure).SqlState);
        return attempts;
    }
}

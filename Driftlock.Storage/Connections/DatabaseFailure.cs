using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Driftlock.Storage.Connections;

/// <summary>What the driver throws when the database is at fault and not the caller, whoever asks and waits, and then asks again.</summary>
public static class DatabaseFailure
{
    /// <summary>
    /// Beside its own exceptions those that a connection ends with while it is being broken: of streams, of time, and of objects that were
    /// disposed of under the command's feet, which is how a reset can show itself; and EF Core's own, after its last try.
    /// </summary>
    public static bool Is(Exception exception) => exception is NpgsqlException or TimeoutException or IOException or ObjectDisposedException or RetryLimitExceededException;
}

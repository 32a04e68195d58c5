using Npgsql;

namespace Driftlock.Api.Errors;

/// <summary>Tells a store that is away, which comes back, from a query that is wrong and stays so.</summary>
internal static class StoreFailure
{
    public const string Message = "the store is not available";

    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>True when the same request may succeed later. EF Core wraps what the driver throws; a connection that is reset can show itself as an object that was disposed of.</summary>
    public static bool MayPass(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is TimeoutException or ObjectDisposedException or NpgsqlException { IsTransient: true }) return true;
            // Class 57: the server is being shut down, crashed, or is starting, or the statement was too slow for it at this hour.
            if (cause is PostgresException { SqlState: ['5', '7', 'P', ..] or PostgresErrorCodes.QueryCanceled }) return true;
        }
        return false;
    }
}

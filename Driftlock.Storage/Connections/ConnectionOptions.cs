namespace Driftlock.Storage.Connections;

/// <summary>Section <c>Database</c>: what a service may ask of Postgres. docs/SCHEMA.md adds up the connections of a deployment.</summary>
public sealed class ConnectionOptions
{
    public const string Section = "Database";

    /// <summary>Connections of one pool. The Api has two pools (queries; the event log and look-ups), a Detector has one.</summary>
    public int PoolSize { get; set; }

    /// <summary>After this the server ends a statement. Appends have a limit of their own (EventLog:AppendTimeout).</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this the server ends a transaction that nobody goes on with: a frozen process may hold the head of a log partition, and appends wait behind it.</summary>
    public TimeSpan IdleTransactionTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for a connection, a new one or one of the pool.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle connection is tried, so that one whose other end is gone is noticed.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);
}

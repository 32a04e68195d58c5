using Driftlock.Cbad.Drift;
using Npgsql;
using NpgsqlTypes;

namespace Driftlock.Storage.Detection;

/// <summary>Keeps which baselines are pinned, and which were, as the engine reports them.</summary>
internal static class AnchorHistory
{
    public static async Task AddAsync(NpgsqlConnection connection, IReadOnlyList<AnchorChange> changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (changes.Count == 0) return;
        await using var commands = new NpgsqlBatch(connection);
        foreach (var change in changes)
        {
            commands.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                UPDATE stream_anchors SET superseded_at = $4, superseded_by_hand = $5
                WHERE tenant_id = $1 AND stream_id = $2 AND channel = $3 AND superseded_at IS NULL
                """)
            {
                Parameters =
                {
                    new() { Value = change.Tenant }, new() { Value = (long)change.Stream.Value }, new() { Value = AnomalyInsert.Storable(change.Channel) },
                    new() { Value = now.UtcDateTime }, new() { Value = change.ByHand },
                },
            });
            if (change.Pinned is { } pinned) commands.BatchCommands.Add(Pin(change, pinned, now));
        }
        await commands.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlBatchCommand Pin(AnchorChange change, PinnedAnchor pinned, DateTimeOffset now) => new(
        """
        INSERT INTO stream_anchors (tenant_id, stream_id, channel, block_events, first_time, last_time, means, pinned_at, pinned_by_hand, superseded_by_hand)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)
        """)
    {
        Parameters =
        {
            new() { Value = change.Tenant }, new() { Value = (long)change.Stream.Value }, new() { Value = AnomalyInsert.Storable(change.Channel) },
            new() { Value = pinned.BlockEvents }, new() { Value = UnixTime.ToDateTime(pinned.FirstTime) }, new() { Value = UnixTime.ToDateTime(pinned.LastTime) },
            new() { Value = pinned.Means.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Double }, new() { Value = now.UtcDateTime }, new() { Value = change.ByHand },
        },
    };
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Driftlock.Storage.Audit;

/// <summary>Who made a change.</summary>
/// <param name="Id">key:ID, user:ID, token:SUBJECT or system.</param>
/// <param name="Name">For people.</param>
public sealed record Actor(string Id, string Name)
{
    /// <summary>A policy of ours that changed something by itself.</summary>
    public static readonly Actor System = new("system", "Driftlock");
}

/// <summary>A change as the audit log keeps it. Never give it a secret.</summary>
/// <param name="Action">What was done, such as api-key.create.</param>
/// <param name="Target">To what, by its id.</param>
/// <param name="Before">JSON; null where there was nothing.</param>
/// <param name="After">JSON; null where there is nothing any more.</param>
public sealed record AuditRecord(string Action, string Target, string? Before, string? After)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static AuditRecord Of(string action, string target, object? before, object? after) =>
        new(action, target, before is null ? null : JsonSerializer.Serialize(before, Json), after is null ? null : JsonSerializer.Serialize(after, Json));
}

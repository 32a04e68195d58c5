namespace Driftlock.Telemetry.Otlp.Protobuf;

/// <summary>
/// The two levels that all three signals share: Resource* {resource = 1, scope_* = 2} and Scope* {scope = 1, items = 2}. Fields may come
/// in any order, so each level looks for its head first; that walk skips the children by their lengths.
/// </summary>
internal static class ResourceDecoder
{
    public static void Head(WireReader level, TelemetryBatch batch)
    {
        batch.Pending.BeginResource();
        while (level.Next())
        {
            if (level.Field == 1) Resource(level.Message("resource"), batch);
            else level.Skip();
        }
        batch.Pending.EndResource();
    }

    public static void ScopeHead(WireReader level, TelemetryBatch batch)
    {
        ReadOnlySpan<byte> name = default;
        while (level.Next())
        {
            if (level.Field != 1)
            {
                level.Skip();
                continue;
            }
            var scope = level.Message("scope");
            while (scope.Next())
            {
                if (scope.Field == 1) name = scope.Bytes("name");
                else scope.Skip();
            }
        }
        batch.Pending.SetScope(name);
    }

    /// <summary>One attribute of the item that is being read.</summary>
    public static void Attribute(WireReader pair, TelemetryBatch batch)
    {
        var pending = batch.Pending;
        var value = KeyValueDecoder.Read(pair, out var key);
        pending.Attribute(key, AnyValueDecoder.Text(value, pending.ValueText.Rendered, batch.Limits.Depth));
    }

    private static void Resource(WireReader resource, TelemetryBatch batch)
    {
        var pending = batch.Pending;
        while (resource.Next())
        {
            if (resource.Field != 1)
            {
                resource.Skip();
                continue;
            }
            var value = KeyValueDecoder.Read(resource.Message("attributes"), out var key);
            pending.ResourceAttribute(key, AnyValueDecoder.Text(value, pending.ValueText.Rendered, batch.Limits.Depth));
        }
    }
}

namespace Driftlock.Telemetry.Batches;

/// <summary>Scratch space for the item that is being read: cleaned texts and attributes.</summary>
internal sealed class PendingItem(TelemetryBatch batch)
{
    public void Reset(Redactor redactor) => _ = (redactor, batch);
}

using Driftlock.Cbad;
using Driftlock.Cbad.Events;
using Driftlock.Cbad.Settings;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;

namespace Driftlock.Storage.Detection;

/// <summary>What each kind of log entry is to the engine.</summary>
public static class EntryFeed
{
    /// <summary>Applies one log entry; verdicts of windows that it closed are added.</summary>
    /// <exception cref="InvalidDataException">The entry is not what this version writes.</exception>
    /// <exception cref="FormatException">The configuration in it is not valid.</exception>
    public static void Feed(PartitionEngine engine, LogEntry entry, List<Verdict> verdicts)
    {
        var position = new LogPosition(entry.PartitionId, entry.Offset);
        switch (entry.Kind)
        {
            case LogEntryKind.Events:
                ReadOnlySpan<byte> payload = EventPayload.Decompress(entry.Payload);
                while (EventBlock.TryRead(ref payload, out var block))
                {
                    engine.Observe(entry.TenantId, block, position, entry.ReceivedUnixNano, verdicts);
                }
                break;
            case LogEntryKind.Configuration:
                engine.Configure(EngineConfiguration.Parse(EventPayload.Decompress(entry.Payload)));
                break;
            case LogEntryKind.Settings:
                engine.Configure(entry.TenantId, TenantSettings.Parse(EventPayload.Decompress(entry.Payload)));
                break;
            case LogEntryKind.Anchor:
                var (action, stream) = AnchorCommand.Parse(EventPayload.Decompress(entry.Payload));
                if (action == AnchorAction.Pin) engine.Pin(stream);
                else engine.Supersede(stream);
                break;
            case LogEntryKind.Tick:
                engine.Tick(position, entry.ReceivedUnixNano, verdicts);
                break;
            default:
                throw new InvalidDataException($"log entry {position} is of kind {entry.Kind}, which this version does not know");
        }
    }
}

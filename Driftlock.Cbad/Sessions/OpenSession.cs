using System.Runtime.InteropServices;

namespace Driftlock.Cbad.Sessions;

/// <summary>A session that may still go on.</summary>
internal struct OpenSession
{
    public const int Bytes = 48;

    /// <summary>0-based number of its first event in the stream.</summary>
    public long FirstEvent;

    public long LastReceived;

    /// <summary>Its events; those beyond <see cref="OpenSessions.MaxEventsOfOne"/> are counted here and not kept.</summary>
    public int Events;

    public int KeyBytes;

    // First and last of its events; the session touched before and the one touched after.
    public short Head;
    public short Tail;
    public short Before;
    public short After;
}

/// <summary>An event of a session.</summary>
/// <remarks>2,048 of them are kept a stream, so they are packed.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct SessionEvent
{
    public const int Bytes = 23;

    /// <summary>Hash of its template (<see cref="Logs.LineModel.TemplateOf"/>).</summary>
    public ulong Template;

    public ulong TimeUnixNano;

    /// <summary>How many events of the stream came between the session's first and this one.</summary>
    public uint Offset;

    public byte Severity;

    /// <summary>The next event of the session, where it is kept.</summary>
    public short Next;
}

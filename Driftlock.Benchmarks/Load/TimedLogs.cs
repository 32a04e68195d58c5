using System.Buffers.Binary;
using Driftlock.Cli.Bench;

namespace Driftlock.Benchmarks.Load;

/// <summary>
/// Ordinary log requests in OTLP protobuf, made once and sent often: each time their records get new times, so that no request is
/// recognised as the retry of another, and sending costs no encoding.
/// </summary>
internal sealed class TimedLogs
{
    private const ulong MadeAt = 1_767_600_000_000_000_000;

    /// <summary>Tag of LogRecord.time_unix_nano: field 1, fixed64.</summary>
    private const byte TimeTag = 1 << 3 | 1;

    private readonly List<(byte[] Bytes, int[] Times)> _templates;
    private long _next;
    private ulong _last;

    /// <param name="requests">Different ones, which come in turns.</param>
    /// <param name="records">Log records of each.</param>
    public TimedLogs(int requests, int records)
    {
        Records = records;
        _templates = OtlpDecodeBenchmark.ProtobufRequests(requests * records, MadeAt, records).ConvertAll(bytes => (bytes, Places(bytes)));
        if (_templates.Exists(template => template.Times.Length != records)) throw new InvalidOperationException("a record's time was not found");
    }

    public int Records { get; }

    public IEnumerable<byte[]> Templates => _templates.Select(template => template.Bytes);

    public byte[] Next()
    {
        var (template, times) = _templates[(int)((ulong)Interlocked.Increment(ref _next) % (ulong)_templates.Count)];
        var bytes = (byte[])template.Clone();
        var first = UniqueNow();
        var madeFirst = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(times[0]));
        foreach (var place in times)
        {
            var time = bytes.AsSpan(place, sizeof(ulong));
            BinaryPrimitives.WriteUInt64LittleEndian(time, first + (BinaryPrimitives.ReadUInt64LittleEndian(time) - madeFirst));
        }
        return bytes;
    }

    /// <summary>Nanoseconds since 1970, later than all that were given before.</summary>
    private ulong UniqueNow()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var now = Math.Max(last + 1, (ulong)(DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100);
            if (Interlocked.CompareExchange(ref _last, now, last) == last) return now;
        }
    }

    /// <summary>Where a tag is followed by a time near the one that they were made with: nothing else in them looks so.</summary>
    private static int[] Places(byte[] request)
    {
        const ulong day = 86_400_000_000_000;
        var places = new List<int>();
        for (var i = 0; i + sizeof(ulong) < request.Length; i++)
        {
            if (request[i] != TimeTag) continue;
            if (BinaryPrimitives.ReadUInt64LittleEndian(request.AsSpan(i + 1)) - MadeAt < day) places.Add(i + 1);
        }
        return [.. places];
    }
}

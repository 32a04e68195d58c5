using Driftlock.Cbad.Events;

namespace Driftlock.Telemetry.Batches;

/// <summary>What is known of the resource, scope and item that are being read, cleaned, until the item's stream is known.</summary>
internal sealed class PendingItem(TelemetryBatch batch)
{
    private static readonly byte[] UnknownService = "unknown_service"u8.ToArray();

    /// <summary>Keys that need no change; the mark says whether they are sensitive.</summary>
    private readonly KnownTexts _keys = new();

    /// <summary>Attribute values that need no change.</summary>
    private readonly KnownTexts _values = new();

    private readonly CleanText _key = new(batch);
    private readonly ByteBuffer _service = new(64);
    private readonly ByteBuffer _scope = new(64);
    private readonly ByteBuffer _metric = new(64);
    private readonly ByteBuffer _unit = new(16);
    private readonly AttributeList _resource = new(batch.Limits.AttributesPerEvent);
    private readonly ByteBuffer _resourceEncoded = new(256);

    public ItemPath Path { get; } = new();

    /// <summary>Attributes of the item itself.</summary>
    public AttributeList Attributes { get; } = new(batch.Limits.AttributesPerEvent);

    public CleanText NameText { get; } = new(batch);

    public CleanText BodyText { get; } = new(batch);

    public CleanText ValueText { get; } = new(batch);

    public SeriesName Series { get; } = new();

    /// <summary>Histogram bucket counts, negative exponential buckets, or values of quantiles.</summary>
    public List<double> Counts { get; } = [];

    /// <summary>Histogram bounds, positive exponential buckets, or quantiles.</summary>
    public List<double> Bounds { get; } = [];

    /// <summary>Name of the span event that is being read.</summary>
    public ByteBuffer EventKey { get; } = new(64);

    /// <summary>Space for unescaped JSON strings and decoded ids; each is used for one thing at a time.</summary>
    public JsonScratch Json { get; } = new();

    public ReadOnlySpan<byte> Metric => _metric.Written;

    public ReadOnlySpan<byte> Unit => _unit.Written;

    public ReadOnlySpan<byte> Service => _service.Written;

    public ReadOnlySpan<byte> Scope => _scope.Written;

    public ReadOnlySpan<byte> ResourceAttributes => _resourceEncoded.Written;

    public int ResourceAttributeCount => _resource.Count;

    public void Reset(Redactor redactor)
    {
        _keys.Use(redactor);
        _values.Use(redactor);
        Path.Clear();
        BeginResource();
        EndResource();
        _scope.Clear();
    }

    public void BeginResource()
    {
        _service.Clear();
        _resource.Clear();
    }

    public void ResourceAttribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("service.name"u8))
        {
            SetService(value);
            return;
        }
        Add(_resource, key, value);
    }

    public void SetService(ReadOnlySpan<byte> name)
    {
        _service.Clear();
        _service.WriteRaw(ValueText.Name(name));
    }

    public void EndResource()
    {
        if (_service.Length == 0) _service.WriteRaw(UnknownService);
        _resourceEncoded.Clear();
        for (var i = 0; i < _resource.Count; i++)
        {
            _resourceEncoded.WriteBytes(_resource.Key(i));
            _resourceEncoded.WriteBytes(_resource.Value(i));
        }
    }

    public void SetScope(ReadOnlySpan<byte> name)
    {
        _scope.Clear();
        _scope.WriteRaw(NameText.StreamName(name));
    }

    public void BeginMetric(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit)
    {
        _metric.Clear();
        _metric.WriteRaw(NameText.StreamName(name));
        _unit.Clear();
        _unit.WriteRaw(NameText.Name(unit));
    }

    public void BeginPoint()
    {
        Attributes.Clear();
        Counts.Clear();
        Bounds.Clear();
    }

    /// <summary>One more than the limit is kept, so that the point can be rejected; what follows it is not.</summary>
    public void AddCount(double value)
    {
        if (Counts.Count <= batch.Limits.Buckets) Counts.Add(value);
    }

    /// <summary>As <see cref="AddCount"/>.</summary>
    public void AddBound(double value)
    {
        if (Bounds.Count <= batch.Limits.Buckets) Bounds.Add(value);
    }

    public void Attribute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Add(Attributes, key, value);

    /// <summary>The block of the given stream under the current resource; null when there are too many.</summary>
    public StreamBlock? Stream(ReadOnlySpan<byte> name) => batch.Stream(Service, name, ResourceAttributes, ResourceAttributeCount);

    public void WriteAttributes(EventWriter target)
    {
        for (var i = 0; i < Attributes.Count; i++) target.Attribute(Attributes.Key(i), Attributes.Value(i));
    }

    private void Add(AttributeList list, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (list.IsFull)
        {
            batch.Cuts.AttributesDropped++;
            return;
        }
        if (!_keys.TryGet(key, out var isSensitive))
        {
            var clean = _key.Name(key);
            isSensitive = batch.Redactor.IsSensitiveKey(clean);
            if (clean == key) _keys.Add(key, isSensitive);
            key = clean;
        }
        if (isSensitive && Redactor.IsWorthHiding(value))
        {
            batch.Redactions.Add(RedactionRule.Secret);
            value = RedactionRules.Marker(RedactionRule.Secret);
        }
        else if (!_values.TryGet(value, out _))
        {
            var clean = ValueText.Value(value);
            // The same place in memory: nothing had to be changed.
            if (clean == value) _values.Add(value, mark: false);
            value = clean;
        }
        list.Add(key, value);
    }
}

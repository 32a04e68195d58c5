using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>
/// Addresses from the configuration, <c>services:{service}:{scheme or endpoint name}:{index}</c>. A request may name several schemes,
/// <c>https+http://api</c>, and the first one that is configured is taken; <c>http://_endpoint.api</c> asks for a named endpoint. Several
/// addresses take turns. What is not configured stays as it is, with the first of its schemes.
/// </summary>
internal sealed class ServiceAddresses(IConfiguration configuration)
{
    /// <summary>One entry a configured service and endpoint, so the configuration bounds it.</summary>
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.OrdinalIgnoreCase);

    public Uri Resolve(Uri asked)
    {
        var schemes = asked.Scheme.Split('+');
        var (endpoint, service) = SplitHost(asked.Host);
        string[] names = endpoint is null ? [.. schemes, "default"] : [endpoint];
        foreach (var name in names)
        {
            var key = $"services:{service}:{name}";
            var addresses = Read(key, name, schemes);
            if (addresses.Count > 0)
            {
                var turn = _turns.GetOrAdd(key, static _ => new Turn()).Next();
                return Replace(asked, addresses[(int)(turn % (uint)addresses.Count)]);
            }
        }

        return schemes.Length == 1 ? asked : Replace(asked, new UriBuilder(asked) { Scheme = schemes[0] }.Uri);
    }

    private static (string? Endpoint, string Service) SplitHost(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 ? (host[1..dot], host[(dot + 1)..]) : (null, host);
    }

    private List<Uri> Read(string key, string name, string[] schemes)
    {
        var section = configuration.GetSection(key);
        IEnumerable<string?> values = section.Value is { } single ? [single] : section.GetChildren().Select(c => c.Value);
        var addresses = new List<Uri>();
        foreach (var value in values)
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                continue;
            }

            var scheme = schemes.Contains(name, StringComparer.OrdinalIgnoreCase) ? name : schemes[0];
            var text = value.Contains("://", StringComparison.Ordinal) ? value : $"{scheme}://{value}";
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && schemes.Contains(address.Scheme, StringComparer.OrdinalIgnoreCase))
            {
                addresses.Add(address);
            }
        }

        return addresses;
    }

    private static Uri Replace(Uri asked, Uri address) => new UriBuilder(asked)
    {
        Scheme = address.Scheme,
        Host = address.Host,
        Port = address.IsDefaultPort ? -1 : address.Port,
        Path = address.AbsolutePath.TrimEnd('/') + asked.AbsolutePath,
    }.Uri;

    private sealed class Turn
    {
        private uint _next = uint.MaxValue;

        public uint Next() => Interlocked.Increment(ref _next);
    }
}

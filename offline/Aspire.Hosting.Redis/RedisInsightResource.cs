using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Redis;

/// <summary>Named by configuration callbacks only; Redis Insight is not run here.</summary>
public class RedisInsightResource(string name) : ContainerResource(name);

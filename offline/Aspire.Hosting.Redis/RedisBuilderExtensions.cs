using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

public static class RedisBuilderExtensions
{
    public static IResourceBuilder<RedisResource> AddRedis(this IDistributedApplicationBuilder builder, string name, int? port) =>
        builder.AddRedis(name, port, null);

    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        password ??= builder.AddParameter($"{name}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        var server = new RedisResource(name) { PasswordParameter = password.Resource };
        builder.Services.AddHealthChecks().AddAsyncCheck($"{name}_check", cancellationToken => RedisPing.CheckAsync(server, cancellationToken));
        return builder.AddResource(server)
            .WithEndpoint(port: port, name: RedisResource.EndpointName)
            .WithAnnotation(RedisProgram.Create(server, builder.Configuration))
            .WithHealthCheck($"{name}_check");
    }

    /// <summary>Keeps the data from run to run, under artifacts/data, and saves it as WithPersistence does.</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false) =>
        isReadOnly ? throw new NotSupportedException("A read-only data volume needs the real packages.") : builder.WithPersistence();

    public static IResourceBuilder<RedisResource> WithPersistence(this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1)
    {
        builder.Resource.SaveInterval = interval ?? TimeSpan.FromSeconds(60);
        builder.Resource.SaveAfterChanges = keysChangedThreshold;
        return builder.WithAnnotation(new PersistentDataAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }

    public static IResourceBuilder<RedisResource> WithPassword(this IResourceBuilder<RedisResource> builder, IResourceBuilder<ParameterResource>? password)
    {
        builder.Resource.PasswordParameter = password?.Resource;
        return builder;
    }

    public static IResourceBuilder<RedisResource> WithHostPort(this IResourceBuilder<RedisResource> builder, int? port)
    {
        builder.Resource.PrimaryEndpoint.EndpointAnnotation.Port = port;
        return builder;
    }

    /// <summary>Accepted; Redis Insight is not run by the stand-in.</summary>
    public static IResourceBuilder<RedisResource> WithRedisInsight(
        this IResourceBuilder<RedisResource> builder, Action<IResourceBuilder<RedisInsightResource>>? configureContainer = null, string? containerName = null)
    {
        configureContainer?.Invoke(builder.ApplicationBuilder.CreateResourceBuilder(new RedisInsightResource(containerName ?? "redisinsight")));
        return builder;
    }
}

using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Postgres;
using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Aspire.Hosting;

public static class PostgresBuilderExtensions
{
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        password ??= builder.AddParameter($"{name}-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        var server = new PostgresServerResource(name, userName?.Resource, password.Resource);
        AddCheck(builder, $"{name}_check", () => server);
        return builder.AddResource(server)
            .WithEndpoint(port: port, name: PostgresServerResource.EndpointName)
            .WithAnnotation(PostgresProgram.Create(server, builder.Configuration))
            .WithHealthCheck($"{name}_check");
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        AddCheck(builder.ApplicationBuilder, $"{name}_check", () => database);
        return builder.ApplicationBuilder.AddResource(database)
            .WithAnnotation(new LocalReadiness(cancellationToken => PostgresDatabase.CreateAsync(database, cancellationToken)))
            .WithHealthCheck($"{name}_check");
    }

    public static IResourceBuilder<PostgresDatabaseResource> WithCreationScript(this IResourceBuilder<PostgresDatabaseResource> builder, string script)
    {
        builder.Resource.CreationScript = script;
        return builder;
    }

    /// <summary>Keeps the data from run to run, under artifacts/data.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) =>
        isReadOnly ? throw new NotSupportedException("A read-only data volume needs the real packages.")
            : builder.WithAnnotation(new PersistentDataAnnotation());

    public static IResourceBuilder<PostgresServerResource> WithHostPort(this IResourceBuilder<PostgresServerResource> builder, int? port)
    {
        builder.Resource.PrimaryEndpoint.EndpointAnnotation.Port = port;
        return builder;
    }

    public static IResourceBuilder<PostgresServerResource> WithPassword(this IResourceBuilder<PostgresServerResource> builder, IResourceBuilder<ParameterResource> password)
    {
        builder.Resource.PasswordParameter = password.Resource;
        return builder;
    }

    public static IResourceBuilder<PostgresServerResource> WithUserName(this IResourceBuilder<PostgresServerResource> builder, IResourceBuilder<ParameterResource> userName)
    {
        builder.Resource.UserNameParameter = userName.Resource;
        return builder;
    }

    /// <summary>Accepted; pgweb is not run by the stand-in.</summary>
    public static IResourceBuilder<PostgresServerResource> WithPgWeb(
        this IResourceBuilder<PostgresServerResource> builder, Action<IResourceBuilder<PgWebContainerResource>>? configureContainer = null, string? containerName = null)
    {
        configureContainer?.Invoke(builder.ApplicationBuilder.CreateResourceBuilder(new PgWebContainerResource(containerName ?? "pgweb")));
        return builder;
    }

    private static void AddCheck(IDistributedApplicationBuilder builder, string key, Func<IResourceWithConnectionString> resource) =>
        builder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{await resource().GetConnectionStringAsync(cancellationToken)};Pooling=false;Timeout=5");
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand("SELECT 1", connection);
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException)
            {
                return HealthCheckResult.Unhealthy(e.Message);
            }
        });
}

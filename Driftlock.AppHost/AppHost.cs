// The topology of Driftlock, and nothing else. Every port, password and switch can be set by configuration:
// Parameters:api-key, Parameters:master-key, Parameters:postgres-password, Parameters:redis-password, Parameters:detector-replicas, Sample.
using System.Globalization;

var builder = DistributedApplication.CreateBuilder(args);

builder.AddDockerComposeEnvironment("compose");

// Generated once and kept in the user's secret store; no special characters, since they travel in addresses.
var secret = new GenerateParameterDefault { MinLength = 32, Special = false };
var apiKey = builder.AddParameter("api-key", secret, secret: true, persist: true);
var masterKey = builder.AddParameter("master-key", secret, secret: true, persist: true);
var postgresPassword = builder.AddParameter("postgres-password", secret, secret: true, persist: true);
var redisPassword = builder.AddParameter("redis-password", secret, secret: true, persist: true);
var replicas = int.Parse(builder.Configuration["Parameters:detector-replicas"] ?? "1", CultureInfo.InvariantCulture);

var postgres = builder.AddPostgres("postgres", password: postgresPassword).WithDataVolume();
var database = postgres.AddDatabase("driftlock");
var redis = builder.AddRedis("redis", password: redisPassword).WithDataVolume();
if (builder.ExecutionContext.IsRunMode)
{
    postgres.WithPgWeb();
    redis.WithRedisInsight();
}

var migrations = builder.AddProject<Projects.Driftlock_Cli>("migrations", launchProfileName: null)
    .WithArgs("migrate")
    .WithEnvironment("Driftlock__BootstrapApiKey", apiKey)
    .WithEnvironment("Driftlock__MasterKey", masterKey)
    .WithReference(database)
    .WaitFor(database);

// The OTLP ports have variables of their own: Kestrel's default list holds the REST address alone.
var api = builder.AddProject<Projects.Driftlock_Api>("api", launchProfileName: null)
    .WithHttpEndpoint(port: 5081, name: "http")
    .WithHttpEndpoint(port: 4317, name: "otlp-grpc", env: "OTLP_GRPC_PORT")
    .WithHttpEndpoint(port: 4318, name: "otlp-http", env: "OTLP_HTTP_PORT")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health", endpointName: "http")
    .WithEnvironment("Driftlock__MasterKey", masterKey)
    .WithReference(database)
    .WithReference(redis)
    .WaitForCompletion(migrations);

var detector = builder.AddProject<Projects.Driftlock_Detector>("detector", launchProfileName: null)
    .WithReplicas(replicas)
    .WithHttpEndpoint(name: "http")
    .WithHttpHealthCheck("/health", endpointName: "http")
    .WithEnvironment("Driftlock__MasterKey", masterKey)
    .WithReference(database)
    .WithReference(redis)
    .WaitForCompletion(migrations);

var web = builder.AddProject<Projects.Driftlock_Web>("web", launchProfileName: null)
    .WithHttpEndpoint(port: 5080, name: "http")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health", endpointName: "http")
    .WithReference(api)
    .WaitFor(api);

if (builder.ExecutionContext.IsRunMode)
{
    api.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);
    detector.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);
    web.WithEnvironment("ASPNETCORE_ENVIRONMENT", builder.Environment.EnvironmentName);

    // Our own sample, from a seed: ordinary logs with one anomaly in them.
    if (!string.Equals(builder.Configuration["Sample"], "false", StringComparison.OrdinalIgnoreCase))
    {
        builder.AddProject<Projects.Driftlock_Cli>("sample", launchProfileName: null)
            .WithArgs("generate", "--signal", "logs", "--count", "6000", "--seed", "7", "--anomaly", "pattern")
            .WithArgs("--endpoint", api.GetEndpoint("otlp-http"), "--api-key", apiKey.Resource)
            .WaitFor(api);
    }
}

builder.Build().Run();

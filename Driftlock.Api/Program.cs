using System.Text.Json;
using System.Text.Json.Serialization;
using Driftlock.Api.Accounts;
using Driftlock.Api.Admin;
using Driftlock.Api.Alerts;
using Driftlock.Api.Analytics;
using Driftlock.Api.Anomalies;
using Driftlock.Api.Anomalies.Traces;
using Driftlock.Api.Audit;
using Driftlock.Api.Auth;
using Driftlock.Api.Backtests;
using Driftlock.Api.Caching;
using Driftlock.Api.Config;
using Driftlock.Api.Errors;
using Driftlock.Api.EvidenceChain;
using Driftlock.Api.Events;
using Driftlock.Api.Exports;
using Driftlock.Api.Hosting;
using Driftlock.Api.Idempotency;
using Driftlock.Api.Incidents;
using Driftlock.Api.Ingest;
using Driftlock.Api.Limits;
using Driftlock.Api.Live;
using Driftlock.Api.OpenApi;
using Driftlock.Api.Performance;
using Driftlock.Api.Playground;
using Driftlock.Api.Streams;
using Driftlock.Api.Tenants;
using Driftlock.Storage;
using Driftlock.Storage.Connections;
using Driftlock.Storage.EventLog;
using Driftlock.Telemetry;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.ListenForRestAndOtlp();
// The data source is checked already; a second check, with the retries of EF Core, would only answer later.
var limits = ConnectionLimits.Of(builder.Configuration, "driftlock-api", poolSize: 25);
builder.AddNpgsqlDbContext<DriftlockContext>(
    "driftlock",
    settings => (settings.ConnectionString, settings.DisableHealthChecks) = (limits.Apply(settings.ConnectionString), true),
    options => options.UseTransientRetries());
builder.AddNpgsqlDataSource("driftlock", settings => settings.ConnectionString = limits.Apply(settings.ConnectionString));
// Losing Redis loses nothing, so it must not take the service out of rotation either.
builder.AddRedisClient("redis", settings => settings.DisableHealthChecks = true);

var services = builder.Services;
services.AddOptions<IngestOptions>().BindConfiguration(IngestOptions.Section)
    .Validate(options => options.RequestBytes is >= 1024 and <= 512 << 20, "Ingest:RequestBytes must be 1 KiB to 512 MiB")
    .Validate(options => options.InFlightBytes >= options.RequestBytes, "Ingest:InFlightBytes must be at least Ingest:RequestBytes")
    .Validate(options => options.StreamsPerTenant > 0, "Ingest:StreamsPerTenant must be at least 1")
    .ValidateOnStart();
services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section)
    .Validate(options => options.Clients > 0, "Live:Clients must be at least 1")
    .Validate(options => options.QueuedPerClient > 0, "Live:QueuedPerClient must be at least 1")
    .Validate(options => options.Heartbeat > TimeSpan.Zero, "Live:Heartbeat must be longer than 0")
    .Validate(options => options.Poll > TimeSpan.Zero, "Live:Poll must be longer than 0")
    .ValidateOnStart();
services.AddOptions<BacktestOptions>().BindConfiguration(BacktestOptions.Section)
    .Validate(options => options.Events > 0, "Backtest:Events must be at least 1")
    .Validate(options => options.Patience > TimeSpan.Zero, "Backtest:Patience must be longer than 0")
    .Validate(options => options.AtOnce > 0, "Backtest:AtOnce must be at least 1")
    .ValidateOnStart();
services.AddOptions<VerificationOptions>().BindConfiguration(VerificationOptions.Section)
    .Validate(options => options.AtOnce > 0, "Verification:AtOnce must be at least 1")
    .Validate(options => options.Patience >= TimeSpan.Zero, "Verification:Patience must not be less than 0")
    .ValidateOnStart();
services.AddOptions<TraceSearchOptions>().BindConfiguration(TraceSearchOptions.Section)
    .Validate(options => options.AtOnce > 0, "TraceSearch:AtOnce must be at least 1")
    .Validate(options => options.WaitForTurn >= TimeSpan.Zero && options.WaitForTurn <= TimeSpan.FromMinutes(1), "TraceSearch:WaitForTurn must be 0 to a minute")
    .Validate(options => options.Around > TimeSpan.Zero && options.Around <= TimeSpan.FromHours(1), "TraceSearch:Around must be longer than 0 and at most an hour")
    .Validate(options => options.MaxEntries >= 2, "TraceSearch:MaxEntries must be at least 2")
    .Validate(options => options.MaxBytes >= 2, "TraceSearch:MaxBytes must be at least 2")
    .Validate(options => options.Patience > TimeSpan.Zero && options.Patience <= TimeSpan.FromMinutes(1), "TraceSearch:Patience must be longer than 0 and at most a minute")
    .ValidateOnStart();
services.AddOptions<PlaygroundOptions>().BindConfiguration(PlaygroundOptions.Section)
    .Validate(options => options.MaxBytes is >= 1024 and <= 512 << 20, "Playground:MaxBytes must be 1 KiB to 512 MiB")
    .Validate(options => options.MaxUnpackedBytes >= options.MaxBytes, "Playground:MaxUnpackedBytes must be at least Playground:MaxBytes")
    .Validate(options => options.AtOnce > 0, "Playground:AtOnce must be at least 1")
    .Validate(options => options.Patience > TimeSpan.Zero && options.Patience <= TimeSpan.FromDays(1), "Playground:Patience must be longer than 0 and at most a day")
    .ValidateOnStart();
services.AddEventLog();
services.AddSingleton<Backtest>().AddSingleton<PlaygroundTurns>();
services.AddPartitionUpkeep();
services.AddPerformanceFigures();
services.AddStreamRegistry(builder.Configuration.GetValue("Ingest:StreamsPerTenant", new IngestOptions().StreamsPerTenant));
services.AddSingleton(provider => new InFlightBytes(provider.GetRequiredService<IOptions<IngestOptions>>().Value.InFlightBytes));
services.AddSingleton(_ => new TelemetryBatchPool());
services.AddSingleton<PartitionCount>().AddSingleton<PartitionMap>().AddSingleton<StreamAdmission>();
services.AddSingleton<IngestMetrics>().AddSingleton<IngestService>();
services.AddSingleton<AnomalySignal>().AddSingleton<AnomalyFeed>().AddSingleton<SummaryQuery>();
services.AddHostedService(provider => provider.GetRequiredService<AnomalyFeed>());
services.AddHostedService<RedisNews>().AddHostedService<ExpiredRows>().AddHostedService<AutoAcknowledgement>();
services.AddScoped<StreamLookup>().AddScoped<SettingsStore>().AddScoped<AutoAcknowledgePolicy>().AddScoped<AnchorChanges>();
services.AddScoped<IncidentQueries>().AddScoped<IncidentStatusChanges>();
services.AddSingleton<Recomputations>().AddScoped<EvidenceVerification>().AddScoped<SignedBundles>().AddScoped<AnomalyQueries>().AddScoped<AnomalyStatusChange>();
services.AddSingleton<ReceivedEntries>().AddSingleton<TraceSearchTurns>().AddScoped<TracesOfAnomaly>();
services.AddSingleton<ExportWriter>().AddScoped<ExportJob>().AddHostedService<ExportWorker>();
services.AddAlerts();
services.AddMasterKeys();
services.AddCallers();
services.AddAccounts();
services.AddLimits();
services.AddSingleton<CacheMetrics>().AddSingleton<SharedCache>();
services.AddScoped<CurrentWrite>().AddScoped<IdempotentWrites>().AddScoped<AuditedChange>().AddScoped<ApiKeyChanges>();
services.AddOpenApi(document => document.AddOperationTransformer<RequestBodies>().AddOperationTransformer<ErrorResponses>().AddSchemaTransformer<ResponseExamples>());
services.ConfigureHttpJsonOptions(json =>
    json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
services.AddExceptionHandler<LastResort>();
services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
    context.ProblemDetails.Extensions.TryAdd(ApiProblem.CodeKey, ApiProblem.DefaultCode(context.ProblemDetails.Status ?? 500)));

var app = builder.Build();
app.UseSecurityHeaders();
app.UseExceptionHandler();
app.UseStatusCodePages(EmptyRefusal.WriteAsync);
app.UseMiddleware<InProgressMiddleware>();
app.UseAuthentication();
app.UseAuthorization();
app.UseMiddleware<RateLimitMiddleware>();
app.UseMiddleware<IdempotencyMiddleware>();

app.MapDefaultEndpoints();
app.MapMetrics();
app.MapVersion();
app.MapOpenApi().AllowAnonymous();
app.MapOtlpHttp();
app.MapOtlpGrpc();
var api = app.MapGroup("/api/v1");
api.MapEvents();
api.MapEventFiles();
api.MapAnomalies();
api.MapFeedback();
api.MapTracesOfAnomalies();
api.MapExports();
api.MapIncidents();
api.MapStreams();
api.MapAnchors();
api.MapConfig();
api.MapStreamProfiles();
api.MapMaintenance();
api.MapBacktests();
api.MapPlayground();
api.MapAnalytics();
api.MapTimeline();
api.MapHeatmap();
api.MapDetection();
api.MapLive();
api.MapEvidenceChain();
api.MapVerification();
api.MapMe();
api.MapSignIn();
api.MapUsers();
api.MapApiKeys();
api.MapAuditLog();
api.MapAlertChannels();
api.MapTenants();
api.MapUsage();
api.MapPerformance();
api.MapSigningKeys();

await app.RunAsync();

/// <summary>Named for tests that host the service.</summary>
public partial class Program;

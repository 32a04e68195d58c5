using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Driftlock.Benchmarks;
using Driftlock.Benchmarks.Load;

if (args is [LoadCommand.Verb, .. var rest]) return await LoadCommand.RunAsync(rest);

// In this process: the measured code is the one that was built here, stand-ins and all, with no second build behind the scenes.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumn(StatisticColumn.Median)
    .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "results"));
BenchmarkSwitcher.FromAssembly(typeof(LogScoring).Assembly).Run(args, config);
return 0;

using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>A .NET project runs as "dotnet exec" of its built assembly: one process, whose death is the project's death.</summary>
internal static class ProjectProgram
{
    public static LocalProgram Create(IProjectMetadata project)
    {
        var assembly = new Lazy<string>(() => TargetPath(project));
        return new LocalProgram
        {
            Command = (_, _) => ValueTask.FromResult(new LocalCommand(Host(), ["exec", assembly.Value], Path.GetDirectoryName(project.ProjectPath)!)),
            Missing = () => File.Exists(assembly.Value) ? null : $"{assembly.Value} is missing: build {project.ProjectPath} first (dotnet build)."
        };
    }

    private static string Host() => Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet"
        ? own : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>
    /// Generated metadata knows the assembly; for other projects MSBuild is asked. Tests that reference a project have a copy of it beside them,
    /// and that one is run: it is what a tool that instruments the tests, such as one for coverage, has instrumented.
    /// </summary>
    private static string TargetPath(IProjectMetadata project)
    {
        if (project.GetType().GetProperty("TargetPath")?.GetValue(project) is string known)
        {
            var copy = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(known));
            return File.Exists(copy) ? copy : known;
        }
        using var process = Process.Start(new ProcessStartInfo(Host(), ["msbuild", project.ProjectPath, "-getProperty:TargetPath"]) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}

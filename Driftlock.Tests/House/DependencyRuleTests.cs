using System.Xml.Linq;

namespace Driftlock.Tests.House;

/// <summary>Dependencies point one way: Cbad, Telemetry, Storage, then Api, Detector and Cli; Web knows only HTTP.</summary>
public sealed class DependencyRuleTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Driftlock.Cbad"] = [],
        ["Driftlock.Telemetry"] = ["Driftlock.Cbad"],
        ["Driftlock.Storage"] = ["Driftlock.Cbad", "Driftlock.Telemetry"],
        ["Driftlock.ServiceDefaults"] = [],
        ["Driftlock.Web"] = ["Driftlock.ServiceDefaults"],
        ["Driftlock.Api"] = ["Driftlock.Cbad", "Driftlock.Telemetry", "Driftlock.Storage", "Driftlock.ServiceDefaults"],
        ["Driftlock.Detector"] = ["Driftlock.Cbad", "Driftlock.Telemetry", "Driftlock.Storage", "Driftlock.ServiceDefaults"],
        ["Driftlock.Cli"] = ["Driftlock.Cbad", "Driftlock.Telemetry", "Driftlock.Storage"],
    };

    /// <summary>These hold the others together and are below none of them.</summary>
    private static readonly string[] Outside = ["Driftlock.AppHost", "Driftlock.Benchmarks", "Driftlock.Tests"];

    public static TheoryData<string> Ruled => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Ruled))]
    public void A_project_names_only_what_lies_below_it(string project) =>
        Assert.Empty(References(project).Where(OurOwn).Except(Allowed[project]));

    [Theory]
    [MemberData(nameof(Ruled))]
    public void An_assembly_uses_only_what_lies_below_it(string project)
    {
        // What the compiler wrote, which references that come in through others would show in, too.
        var name = project == "Driftlock.Cli" ? "driftlock" : project;
        var used = System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, name + ".dll")).GetReferencedAssemblies()
            .Select(reference => reference.Name!).Where(OurOwn);
        Assert.Empty(used.Except(Allowed[project]));
    }

    [Fact]
    public void Every_project_has_its_place_in_the_rule() =>
        Assert.Empty(Repository.Projects.Select(path => Path.GetFileNameWithoutExtension(path)!).Except(Allowed.Keys).Except(Outside));

    [Fact]
    public void Cbad_names_no_package_and_no_framework()
    {
        var items = Project("Driftlock.Cbad").Descendants().Select(element => element.Name.LocalName);
        Assert.Empty(items.Intersect(["PackageReference", "FrameworkReference", "Reference"]));
    }

    private static bool OurOwn(string name) => name.StartsWith("Driftlock", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> References(string project) => Project(project).Descendants()
        .Where(element => element.Name.LocalName == "ProjectReference")
        .Select(element => Path.GetFileNameWithoutExtension(element.Attribute("Include")!.Value.Replace('\\', '/')));

    private static XDocument Project(string name) => XDocument.Load(Path.Combine(Repository.Folder, name, name + ".csproj"));
}

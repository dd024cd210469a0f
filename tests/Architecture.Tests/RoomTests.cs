using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Qubes.Cqrs.Architecture.Tests;

/// <summary>Who may use whom, as ARCHITECTURE.md says.</summary>
public sealed class RoomTests
{
    private static readonly string[] Rooms = ["Domain", "Commands", "Projections", "Infrastructure", "Api", "Cli"];

    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Commands", "Domain")]
    [InlineData("Projections", "Domain")]
    [InlineData("Infrastructure", "Commands Domain Projections")]
    [InlineData("Api", "Commands Domain Infrastructure Projections")]
    [InlineData("Cli", "Domain Infrastructure Projections")]
    public void A_room_uses_only_those_it_may(string room, string allowed) =>
        Assert.Equal(
            allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            References(room, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_room_is_there_and_there_is_no_other() =>
        Assert.Equal(Rooms.Order(StringComparer.Ordinal), Directory.GetDirectories(Repository.Path("src")).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public void The_domain_uses_no_package() => Assert.DoesNotContain(References("Domain", "PackageReference"), package => !package.EndsWith("Analyzers", StringComparison.Ordinal));

    [Theory]
    [InlineData("System.IO.FileSystem")]
    [InlineData("System.Net.Sockets")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Threading.Thread")]
    public void The_domain_does_no_input_and_no_output(string assembly) =>
        Assert.DoesNotContain(assembly, Assembly.Load("Qubes.Cqrs.Domain").GetReferencedAssemblies().Select(used => used.Name));

    [Theory]
    [InlineData(@"\bFile\.")]
    [InlineData("TimeProvider")]
    [InlineData("Stopwatch")]
    [InlineData("Guid.NewGuid")]
    [InlineData("new Random")]
    [InlineData(@"\bEnvironment\.")]
    [InlineData("async ")]
    public void The_domain_is_pure(string banned) =>
        Assert.Empty(
            from file in Repository.Sources("src/Domain")
            from line in File.ReadLines(file)
            where Regex.IsMatch(line, banned) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            select $"{Path.GetFileName(file)}: {line.Trim()}");

    [Fact]
    public void Projections_issue_no_commands_and_know_no_infrastructure() =>
        Assert.DoesNotContain(Used("src/Projections"), used => used is "Qubes.Cqrs.Commands" or "Qubes.Cqrs.Infrastructure" or "Qubes.Cqrs.Api");

    [Fact]
    public void Only_the_composition_root_names_infrastructure() =>
        Assert.Empty(
            from file in Repository.Sources("src/Api")
            where !Path.GetRelativePath(Repository.Root, file).StartsWith(Path.Combine("src", "Api", "Hosting"), StringComparison.Ordinal)
            where File.ReadLines(file).Any(line => line == "using Qubes.Cqrs.Infrastructure;")
            select Path.GetRelativePath(Repository.Root, file));

    [Fact]
    public void No_folder_or_file_has_a_name_that_says_nothing() =>
        Assert.Empty(
            from path in Repository.Sources("src").Concat(Repository.Sources("tests"))
            let relative = Path.GetRelativePath(Repository.Root, path)
            where relative.Split('/', '.').Any(part => part is "Utils" or "Util" or "Helpers" or "Helper" or "Managers" or "Common" or "Misc")
            select relative);

    private static IEnumerable<string> References(string room, string element) =>
        XDocument.Load(Repository.Path($"src/{room}/{room}.csproj")).Descendants(element).Select(reference => reference.Attribute("Include")!.Value);

    private static IEnumerable<string> Used(string folder) =>
        Repository.Sources(folder).SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("using Qubes.Cqrs.", StringComparison.Ordinal))
            .Select(line => line["using ".Length..].TrimEnd(';'));
}

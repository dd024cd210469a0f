using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What is installed is what the method table says, no less and no more. Source: spec, wire protocol 9, policy 4.</summary>
[SupportedOSPlatform("linux")]
public sealed class PackagedFilesTests : IDisposable
{
    private const string Refresh = "bring it up to date: dotnet run --project src/Api -- packaged-files packaging";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("packaged-");

    public void Dispose() => folder.Delete(true);

    public static TheoryData<string> Scripts => [.. Services.Where(path => !IsLink(path))];

    private static IEnumerable<string> Services => Package.Below(PackagedServices.Folder);

    [Fact]
    public void What_is_written_from_the_table_is_up_to_date() => Assert.All(PackagedFiles.All, file =>
    {
        var path = new FileInfo(Package.At(file.Path));
        Assert.True((path.Exists || path.LinkTarget is not null) && path.LinkTarget is not null == file.IsLink, $"{file.Path} is missing or of another kind; {Refresh}");
        Assert.True(file.Content == (path.LinkTarget ?? File.ReadAllText(path.FullName)), $"{file.Path} is stale; {Refresh}");
    });

    [Fact]
    public void There_is_no_service_that_nothing_stands_for()
    {
        var links = PackagedServices.Links.Select(link => link.Path).ToHashSet();
        Assert.All(Services, path => Assert.True(
            IsLink(path) ? links.Contains(path) : IsScript(path), $"{path} serves no method; remove it, or {Refresh}"));
    }

    [Fact]
    public void Every_call_has_a_service() => Assert.All(
        MethodTable.All.Where(method => (method.Name.StartsWith("admin.", StringComparison.Ordinal) && !method.Name.Contains("testclass", StringComparison.Ordinal)) || method.Socket == SocketKind.Misc),
        method => Assert.Contains($"{PackagedServices.Folder}/{method.Name}", Services));

    [Fact]
    public void Every_call_about_the_policy_s_files_has_a_service_that_passes_it_on() => Assert.All(
        MethodTable.All.Where(method => method.ChecksPresence),
        method => Assert.Contains($"exec qubesd policy-service -- \"${{QREXEC_SERVICE_FULL_NAME:-{method.Name}${{1:++$1}}}}\"\n", File.ReadAllText(Package.At($"{PackagedServices.Folder}/{method.Name}")), StringComparison.Ordinal));

    [Fact]
    public void No_call_among_the_components_of_dom0_has_one() =>
        Assert.DoesNotContain(Services, path => path.Contains("internal.", StringComparison.Ordinal));

    [Theory]
    [InlineData("admin.vm.Console")]
    [InlineData("admin.vm.volume.Import")]
    [InlineData("admin.vm.volume.ImportWithSize")]
    [InlineData("qubes.FeaturesRequest")]
    [InlineData("policy.RegisterArgument")]
    public void Where_more_is_to_be_done_than_to_ask_there_is_a_script(string service) => Assert.False(IsLink($"{PackagedServices.Folder}/{service}"));

    [Fact]
    public void Links_lead_to_the_daemon_s_socket() =>
        Assert.Equal("/var/run/qubesd.sock", Path.GetFullPath(PackagedServices.Socket, "/" + PackagedServices.Folder));

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Scripts_can_be_run(string script)
    {
        Assert.StartsWith("#!/bin/sh\n", File.ReadAllText(Package.At(script)), StringComparison.Ordinal);
        Assert.True(File.GetUnixFileMode(Package.At(script)).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute), script);
        var checkedBy = await RanProgram.RunAsync("/bin/sh", ["-n", Package.At(script)]);
        Assert.Equal((0, ""), (checkedBy.Code, checkedBy.Error));
    }

    [Fact]
    public void Writing_makes_the_same_tree_and_removes_what_is_no_call_any_more()
    {
        var services = Directory.CreateDirectory(Path.Combine(folder.FullName, PackagedServices.Folder)).FullName;
        File.CreateSymbolicLink(services + "/admin.vm.Gone", PackagedServices.Socket);
        File.CreateSymbolicLink(services + "/other", "elsewhere");
        File.WriteAllText(services + "/admin.vm.volume.Import", "a script");

        PackagedFiles.Write(folder.FullName);
        PackagedFiles.Write(folder.FullName); // again, over what is there

        Assert.All(PackagedFiles.All, file => Assert.Equal(
            file.Content, new FileInfo(Path.Combine(folder.FullName, file.Path)).LinkTarget ?? File.ReadAllText(Path.Combine(folder.FullName, file.Path))));
        Assert.Equal(PackagedServices.Links.Count() + 2, Directory.GetFiles(services).Length);
        Assert.Null(new FileInfo(services + "/admin.vm.Gone").LinkTarget);
        Assert.Equal("a script", File.ReadAllText(services + "/admin.vm.volume.Import"));
    }

    [Theory]
    [InlineData(MethodScope.Local, MethodAccess.Read, "admin-local-ro")]
    [InlineData(MethodScope.Local, MethodAccess.Read | MethodAccess.Write, "admin-local-rwx")]
    [InlineData(MethodScope.Local, MethodAccess.Read | MethodAccess.Execute, "admin-local-rwx")]
    [InlineData(MethodScope.Local, MethodAccess.Write, "admin-local-rwx")]
    [InlineData(MethodScope.Global, MethodAccess.Read, "admin-global-ro")]
    [InlineData(MethodScope.Global, MethodAccess.Read | MethodAccess.Execute, "admin-global-rwx")]
    public void What_a_call_does_decides_its_list(MethodScope scope, MethodAccess access, string list) =>
        Assert.Equal(list, PackagedPolicy.List(Classified(scope, access)));

    [Theory]
    [InlineData(MethodScope.None, MethodAccess.Read)]
    [InlineData(MethodScope.Local, MethodAccess.None)]
    public void A_call_that_is_not_classified_stops_the_writing(MethodScope scope, MethodAccess access) =>
        Assert.Throws<InvalidOperationException>(() => PackagedPolicy.List(Classified(scope, access)));

    [Fact]
    public void Every_list_that_is_named_is_there()
    {
        var named = Regex.Matches(string.Concat(PackagedPolicy.Files.Select(file => file.Content)), "include/[a-z-]+(?=\n)").Select(match => match.Value).ToHashSet();
        Assert.Equal(["admin-global-ro", "admin-global-rwx", "admin-local-ro", "admin-local-rwx", "admin-policy-ro", "admin-policy-rwx"], named.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(named, list => Assert.True(File.Exists(Package.At($"{PackagedPolicy.Folder}/{list}")), list));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("global")]
    [InlineData("policy")]
    public void Who_changes_may_look_as_well(string scope)
    {
        Assert.Equal($"!include include/admin-{scope}-rwx", File.ReadLines(Package.At($"{PackagedPolicy.Folder}/include/admin-{scope}-ro")).First());
        Assert.All(File.ReadLines(Package.At($"{PackagedPolicy.Folder}/include/admin-{scope}-rwx")), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_without_which_everything_is_denied_are_made()
    {
        var made = File.ReadLines(Package.At("tmpfiles.d/qubes-policy.conf")).Where(line => line.StartsWith("d ", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        Assert.Equal([PolicyLocations.Permanent, PolicyLocations.Includes, PolicyLocations.Standard.Legacy, PolicyLocations.Runtime], made.Select(line => line[1]));
        Assert.All(made, line => Assert.Equal(["2775", "root", "qubes", "-"], line[2..]));
    }

    [Fact]
    public void The_page_says_of_every_file_where_it_goes()
    {
        var rows = File.ReadLines(Path.Combine(Package.Root, "../docs/packaging.md"))
            .Select(line => Regex.Match(line, @"^\| `packaging/(?<glob>[^`]+)` \|")).Where(row => row.Success)
            .Select(row => new Regex("^" + Regex.Escape(row.Groups["glob"].Value).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "$")).ToList();
        Assert.All(Package.Below(""), path => Assert.True(rows.Any(row => row.IsMatch(path)), $"docs/packaging.md does not say where packaging/{path} goes"));
        Assert.All(rows, row => Assert.True(Package.Below("").Any(path => row.IsMatch(path)), $"docs/packaging.md names {row}, which is not there"));
    }

    private static bool IsLink(string path) => new FileInfo(Package.At(path)).LinkTarget is not null;

    private static bool IsScript(string path) =>
        Path.GetFileName(path) is "policy.RegisterArgument" or "admin.vm.Console" ||
        MethodTable.All.Any(method => method.Name == Path.GetFileName(path) && (method.Socket is null or SocketKind.Misc || method.ChecksPresence));

    private static AdminMethod Classified(MethodScope scope, MethodAccess access) =>
        new("admin.made.up", SocketKind.Admin, Presence.Forbidden, Presence.Forbidden, DestinationRule.Any, scope, access);
}

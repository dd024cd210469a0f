using YamlDotNet.RepresentationModel;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Holds the method table against the catalogue of the specification (<c>admin-api.yaml</c>).</summary>
public class MethodTableTests
{
    [Fact]
    public void The_table_is_the_catalogue()
    {
        var expected = Catalogue().SelectMany(Expand).OrderBy(method => method.Name, StringComparer.Ordinal);
        var actual = Standard.OrderBy(method => method.Name, StringComparer.Ordinal);
        Assert.Equal(expected, actual.Select(AsCatalogued));
    }

    // The catalogue names all device classes alike, and says that a script serves what scripts of ours pass on to the daemon.
    private static AdminMethod AsCatalogued(AdminMethod method) => (method.ChecksPresence ? method with { Socket = null, ChecksPresence = false } : method) with { IsAddOn = false };

    [Fact]
    public void The_table_has_as_many_names_as_the_catalogue_says()
    {
        var counts = (YamlMappingNode)Root()["counts"];
        Assert.Equal(counts["expanded_names"].ToString(), $"{Standard.Count()}");
        Assert.Equal(MethodTable.All.Count, MethodTable.All.DistinctBy(method => method.Name).Count());
    }

    [Fact]
    public void A_method_is_found_on_its_socket_only()
    {
        foreach (var method in MethodTable.All)
        {
            foreach (var socket in Enum.GetValues<SocketKind>())
            {
                var isServed = method.Socket == socket && !method.IsAddOn;
                Assert.Equal(isServed ? method : null, MethodTable.Find(socket, method.Name));
                Assert.Equal(isServed ? method : null, MethodTable.Find(socket, method.Name.AsSpan()));
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("admin.vm.Create")]
    [InlineData("admin.vm.Create.NoSuch")]
    [InlineData("admin.vm.Create.{endpoint}")]
    [InlineData("ADMIN.VM.LIST")]
    [InlineData("admin.vm.volume.Import")]
    [InlineData("policy.List")]
    [InlineData("admin.vm.device.usb.Available")]
    [InlineData("admin.vm.device.webcam.Available")]
    public void Other_names_are_not_found(string name) => Assert.Null(MethodTable.Find(SocketKind.Admin, name));

    [Fact]
    public void What_others_serve_is_listed_apart() =>
        Assert.All(MethodTable.NotOnSocket, method => Assert.True(
            method.Name.StartsWith("policy.", StringComparison.Ordinal) || method.Name.StartsWith("admin.vm.volume.Import", StringComparison.Ordinal)));

    [Fact]
    public void Our_own_methods_cannot_be_taken_for_standard_ones()
    {
        var own = MethodTable.All.Where(method => method.IsOwn).ToList();
        Assert.All(own, method => Assert.StartsWith("qubes.cqrs.", method.Name, StringComparison.Ordinal));
        Assert.All(own, method => Assert.Equal((MethodScope.Global, DestinationRule.AdminVm, SocketKind.Admin), (method.Scope, method.Destination, method.Socket!.Value)));
    }

    private static IEnumerable<AdminMethod> Standard => MethodTable.All.Where(method => !method.IsOwn);

    private static YamlMappingNode Root()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Given.Text("admin-api.yaml")));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<YamlMappingNode> Catalogue() => ((YamlSequenceNode)Root()["methods"]).Cast<YamlMappingNode>();

    private static IEnumerable<AdminMethod> Expand(YamlMappingNode entry)
    {
        var name = Text(entry, "name")!;
        var method = new AdminMethod(
            name,
            Text(entry, "socket") switch { "qubesd.sock" => SocketKind.Admin, "qubesd.internal.sock" => SocketKind.Internal, "qubesd.misc.sock" => SocketKind.Misc, _ => null },
            Enum.Parse<Presence>(entry["arg"]["presence"].ToString(), ignoreCase: true),
            Enum.Parse<Presence>(entry["payload"]["presence"].ToString(), ignoreCase: true),
            Text(entry, "dest") switch { "any" => DestinationRule.Any, "adminvm" => DestinationRule.AdminVm, _ => DestinationRule.NotAdminVm },
            Enum.Parse<MethodScope>(Class(entry, "scope") ?? "none", ignoreCase: true),
            (Class(entry, "read") == "true" ? MethodAccess.Read : 0) | (Class(entry, "write") == "true" ? MethodAccess.Write : 0) |
            (Class(entry, "execute") == "true" ? MethodAccess.Execute : 0))
        {
            Duration = Text(entry, "long_running") switch { "true" => Duration.Long, "only with wait" => Duration.LongWithWait, _ => Duration.Short },
            IsCancellable = Text(entry, "cancellable") == "true",
            IsSeedOnly = Text(entry, "upstream") == "false",
        };
        return entry.Children.TryGetValue("endpoints", out var endpoints)
            ? ((YamlSequenceNode)endpoints).Select(endpoint => method with { Name = name.Replace("{endpoint}", endpoint.ToString(), StringComparison.Ordinal) })
            : [method];
    }

    private static string? Text(YamlMappingNode entry, string key) => entry.Children.TryGetValue(key, out var value) ? value.ToString() : null;

    private static string? Class(YamlMappingNode entry, string key) =>
        entry.Children.TryGetValue("classification", out var classification) ? Text((YamlMappingNode)classification, key) : null;
}

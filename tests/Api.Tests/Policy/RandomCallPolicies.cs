using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Policies about the calls that decide what a caller may learn.</summary>
internal static class RandomCallPolicies
{
    private static readonly string[] Services =
    [
        "*", "admin.vm.List", "admin.vm.List", "admin.vm.List", "admin.Events", "admin.Events", "admin.Events", "admin.property.GetAll", "admin.property.GetDefault", "admin.label.List",
        "admin.label.Index", "admin.label.Get", "admin.pool.List", "admin.pool.Info", "admin.vm.property.GetAll", "admin.vm.property.GetDefault", "admin.vm.feature.List",
        "admin.vm.feature.Get", "admin.vm.tag.List", "admin.vm.device.block.Assigned", "admin.vm.device.block.Available", "admin.vm.device.pci.Available",
        "admin.vm.volume.List", "admin.vm.volume.Info", "other.Service",
    ];

    private static readonly string[] Arguments =
        ["*", "*", "*", "*", "+", "+f", "+ipv6", "+root", "+private", "+netvm", "+red", "+domain-add", "+domain-delete", "+property-set_label", "+domain-tag-add_x", "+domain-feature-set_f"];

    private static readonly string[] Tags = ["x", "y", "created-by-a", "created-by-dom0", "guivm-a"];

    internal static string Next(Random random, World world)
    {
        var names = world.InOrder().Select(qube => qube.Name).Append("gone").ToArray();
        var text = new StringBuilder();
        for (var lines = random.Next(1, 14); lines > 0; lines--)
        {
            var service = Pick(random, Services);
            var (target, action) = (Target(random, world, names), Action(random));
            text.Append(service).Append(' ').Append(service == "*" ? "*" : Pick(random, Arguments)).Append(' ')
                .Append(Source(random, world, names)).Append(' ').Append(target).Append(' ')
                .Append(target == "@default" && action.StartsWith("allow", StringComparison.Ordinal) ? "allow target=dom0" : action).Append('\n');
        }

        return text.ToString();
    }

    private static string Action(Random random) => random.Next(10) switch
    {
        0 or 1 => "deny",
        2 => "deny notify=no",
        3 => "ask",
        4 => "allow target=dom0",
        5 => "allow autostart=no",
        _ => "allow",
    };

    private static string Source(Random random, World world, string[] names) => random.Next(8) switch
    {
        0 => "*",
        1 or 2 or 3 => "@anyvm",
        4 => "@tag:" + Pick(random, Tags),
        5 => "@type:" + Pick(random, Enum.GetNames<QubeClass>()),
        6 => "uuid:" + Some(random, world).Id,
        _ => Pick(random, names),
    };

    private static string Target(Random random, World world, string[] names) => random.Next(11) switch
    {
        0 => "*",
        1 or 2 => "@anyvm",
        3 => "@adminvm",
        4 or 5 => "@tag:" + Pick(random, Tags),
        6 => "@type:" + Pick(random, Enum.GetNames<QubeClass>()),
        7 => "uuid:" + Some(random, world).Id,
        8 => "@default",
        _ => Pick(random, names),
    };

    private static Qube Some(Random random, World world) => world.InOrder().ElementAt(random.Next(world.Qubes.Count));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}

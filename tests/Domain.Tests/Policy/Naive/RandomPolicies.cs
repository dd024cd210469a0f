using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Makes up policies, systems and calls: all words, options and directives, both formats, now and then something wrong.</summary>
/// <param name="seed">The same number gives the same.</param>
internal sealed class RandomPolicies(int seed)
{
    internal static readonly ImmutableArray<string> Folders = ["/run/qubes/policy.d", "/etc/qubes/policy.d", "/etc/qubes-rpc/policy", "/etc/qubes/policy.d/include"];

    private static readonly string[] Names = ["work", "personal", "vault", "dvm", "dvm2", "tmpl", "solo", "remote", "sys-relay", "disp7", "anyvm", "default"];
    private static readonly string[] Classes = ["AppVM", "TemplateVM", "StandaloneVM", "DispVM", "RemoteVM"];
    private static readonly string[] Tags = ["mytag", "other", "x.y"];
    private static readonly string[] Services = ["test.Svc", "test.Svc", "test.Svc", "other.Svc", "third"];
    private static readonly string[] Arguments = ["+", "+a", "+a+b", "+x.y"];

    private readonly Random random = new(seed);

    /// <summary>A system, from dom0 alone to a dozen qubes.</summary>
    internal ImmutableArray<NaiveQube> Qubes()
    {
        var qubes = ImmutableArray.CreateBuilder<NaiveQube>();
        qubes.Add(new NaiveQube("dom0", new Guid().ToString(), "AdminVM") { Runs = true, DefaultDispvm = Maybe(2) ? Name() : null, Tags = Some(4) });
        foreach (var name in Names.Where(_ => Maybe(3, of: 4)))
        {
            var remote = name == "remote" || Maybe(10);
            qubes.Add(new NaiveQube(name, UuidOf(name), remote ? "RemoteVM" : One(Classes))
            {
                Tags = Some(2),
                MakesDisposables = name.StartsWith("dvm", StringComparison.Ordinal) || Maybe(6),
                DefaultDispvm = Maybe(3) ? null : One(["dvm", "dvm2", Name()]),
                Runs = Maybe(2),
                Internal = Maybe(8),
                Relay = remote && !Maybe(5) ? One(["sys-relay", "work"]) : null,
                Transport = remote && !Maybe(5) ? One(["air.Proxy", "x"]) : null,
            });
        }

        return qubes.ToImmutable();
    }

    /// <summary>The files of a policy.</summary>
    internal ImmutableSortedDictionary<string, ImmutableArray<string>> Files()
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var folder in Folders[..2])
        {
            for (var count = random.Next(folder.StartsWith("/run", StringComparison.Ordinal) ? 2 : 4); count >= 0; count--)
            {
                files[$"{folder}/{One(["10-a", "20-b", "30-c", "90-default"])}.policy"] = Lines(7);
            }
        }

        files["/etc/qubes/policy.d/include/a"] = Lines(3, 1);
        files["/etc/qubes/policy.d/include/b"] = Lines(2, 1);
        files["/etc/qubes/policy.d/include/d/10-x.policy"] = Lines(2, 0);
        files["/etc/qubes/policy.d/include/d/05-y.policy"] = Lines(2, 0);
        files["/etc/qubes/policy.d/include/old"] = OldLines(3, "/etc/qubes/policy.d/include/older");
        files["/etc/qubes/policy.d/include/older"] = OldLines(2, null);
        foreach (var name in new[] { "test.Svc", "test.Svc+a", "other.Svc", "third", "test.Svc+x.y", "other.Svc+", ".hidden", "third.rpmsave", "bad name" }.Where(_ => Maybe(3)))
        {
            files["/etc/qubes-rpc/policy/" + name] = OldLines(3, "/etc/qubes/policy.d/include/older");
        }

        if (Maybe(5))
        {
            files["/etc/qubes_rpc/policy/test.Svc"] = [.. OldLines(3, null).Select(line => line.Replace("$", "", StringComparison.Ordinal))];
        }

        if (Maybe(100))
        {
            files["/etc/qubes/policy.d/" + One(["X.policy", "a b.policy", ".x.policy", "x.policy.rpmsave"])] = Lines(2);
        }

        return files.ToImmutable();
    }

    /// <summary>A call.</summary>
    internal PolicyRequest Request() => new(
        One(Services),
        Maybe(2) ? One(Arguments) : "+",
        One([Name(), Name(), Name(), "dom0", "uuid:" + UuidOf(Name()), "nosuch", "@adminvm"]),
        Maybe(100) ? One(["@tag:x", "*", "@dispvm:@tag:x", "@dispvm:", "@anyvm"])
            : One([Name(), Name(), Name(), "dom0", "@adminvm", "", "@default", "@dispvm", "@dispvm:" + One(["dvm", "dvm2", Name()]), "@dispvm:uuid:" + UuidOf("dvm"), "uuid:" + UuidOf(Name()), "nosuch"]),
        Maybe(16) ? One(["remote", "remote", "remote", Name(), "uuid:" + UuidOf("remote"), "", "nosuch"]) : null);

    /// <summary>The UUID that a qube of a name has.</summary>
    internal static string UuidOf(string name) => $"{Array.IndexOf(Names, name) + 1:x8}-1111-4222-8333-000000000000";

    private ImmutableArray<string> Lines(int most, int nesting = 2) =>
        [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => Maybe(700) ? Nonsense() : Maybe(8) ? Directive(nesting) : Rule())];

    private string Directive(int nesting) => random.Next(nesting switch { 2 => 7, 1 => 4, _ => 2 }) switch
    {
        0 => "",
        1 => "# test.Svc * * * allow",
        2 => nesting == 1 ? "!include include/d/10-x.policy" : "!include " + One(["include/a", "include/b", "/etc/qubes/policy.d/include/b", "include/../include/a"]),
        3 => $"!include-service {One(Services)} {One(["*", "*", "+a", "+"])} {(nesting == 1 ? "/etc/qubes/policy.d/" : "")}{One(["include/old", "include/older"])}",
        4 => "!include-dir /etc/qubes/policy.d/include/d",
        5 => "!compat-4.0",
        _ => "!include-service " + One(["* * ", "test.Svc +a "]) + "/etc/qubes/policy.d/include/old",
    };

    private string Nonsense() => One(
    [
        "!nonsense", "!include", "!include nosuch", "!include-dir nosuch", "!include-service a * nosuch", "!include-service a! * include/a", "!compat-4.0 x", "test.Svc", "test.Svc * * allow",
        "test.Svc +a * * permit", "* +a * * allow", "test/Svc * * * deny", "test.Svc a * * deny", "test.Svc * @default * allow", "test.Svc * @dispvm * allow", "test.Svc * @tag: * allow",
        "test.Svc * * @x allow", "test.Svc * * * allow target=@anyvm", "test.Svc * * * deny target=work", "test.Svc * * * allow user=a user=b", "test.Svc * * * ask notify=maybe",
        "test.Svc * * * allow nonsense", "test.Svc * * * allow target=", "!include 10-a.policy", "test.Svc * * * allow default_target=work",
    ]);

    private string Rule()
    {
        var service = Maybe(6) ? "*" : One(Services);
        var argument = service == "*" || Maybe(2, of: 3) ? "*" : One(Arguments);
        var action = Action();
        var indent = Maybe(20) ? "  " : "";
        var target = Target();
        return $"{indent}{service} {argument}{(Maybe(10) ? "   " : " ")}{Source()} {target} {action}{string.Concat(Options(action, target).Select(option => " " + option))}";
    }

    private ImmutableArray<string> OldLines(int most, string? included) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ =>
    {
        if (included is not null && Maybe(12))
        {
            return One(["$include:", "!include ", "@include:"]) + included;
        }

        var action = Action();
        var target = Target();
        var line = $"{Source()} {target} {action}{string.Concat(Options(action, target).Select(option => One([",", " ", ", "]) + option))}";
        return Maybe(3) ? line : Maybe(20) ? "# " + line : line.Replace('@', '$');
    })];

    private string Action() => One(["allow", "allow", "allow", "deny", "ask", "ask", "ask"]);

    // A call that names no target has to be given one, or the whole policy cannot be read: that is tried now and then.
    private List<string> Options(string action, string target)
    {
        var options = new List<string>();
        foreach (var name in new[] { "target", "default_target", "user", "notify", "autostart" })
        {
            var fits = action == "ask" || (action == "allow" ? name != "default_target" : name == "notify");
            if (fits && Maybe(name == "target" && action == "allow" && target == "@default" && !Maybe(200) ? 1 : 4))
            {
                options.Insert(random.Next(options.Count + 1), name + "=" + (name switch
                {
                    "user" => One(["root", "user", ""]),
                    "notify" or "autostart" => One(["yes", "no"]),
                    _ => Callable(),
                }));
            }
        }

        return options;
    }

    private string Callable() => One(
        [Name(), Name(), "dom0", "@adminvm", "@dispvm", "@dispvm:" + One(["dvm", "dvm2", Name()]), "@dispvm:uuid:" + UuidOf(Name()), "uuid:" + UuidOf(Name()), "nosuch", "@dispvm:nosuch"]);

    private string Source() => One(
    [
        "*", "*", "*", "@anyvm", "@anyvm", "@anyvm", "@anyvm", "dom0", "@adminvm", Name(), Name(), "uuid:" + UuidOf(Name()), "@tag:" + One(Tags), "@type:" + One([.. Classes, "AdminVM"]),
        Maybe(4) ? One(["@dispvm:dvm", "@dispvm:@tag:mytag", "nosuch", "uuid:00000000-0000-0000-0000-000000000000"]) : "*",
    ]);

    private string Target() => Maybe(2) ? One(["*", "@anyvm", "@default", "@dispvm", "@anyvm"]) : One(
    [
        Name(), Name(), Name(), "dom0", "@adminvm", "@tag:" + One(Tags), "@type:" + One([.. Classes, "AdminVM"]), "uuid:" + UuidOf(Name()), "@dispvm:" + One(["dvm", "dvm2", Name()]),
        "@dispvm:uuid:" + UuidOf(One(["dvm", Name()])), "@dispvm:@tag:" + One(Tags), "nosuch", "uuid:00000000-0000-0000-0000-000000000000",
    ]);

    private string Name() => One(Names);

    private string[] Some(int rarity) => [.. Tags.Where(_ => Maybe(rarity))];

    private bool Maybe(int outOf, int of = 0) => of == 0 ? random.Next(outOf) == 0 : random.Next(of) < outOf;

    private T One<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}

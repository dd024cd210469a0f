namespace Qubes.Cqrs.Domain.Tests;

/// <summary>Judges a call by going through all lines, as the spec says it (policy 1 and 6), with nothing of the product's.</summary>
internal sealed class NaiveJudge(IReadOnlyList<NaiveRule> rules, IReadOnlyList<NaiveQube> qubes, string service, string argument, string source, string wanted)
{
    private const string Dom0Uuid = "uuid:00000000-0000-0000-0000-000000000000";

    private string target = "";

    /// <summary>The verdict in words that the law compares.</summary>
    internal string Judge(string? requestedSource)
    {
        requestedSource = requestedSource == "" ? null : requestedSource;
        if (requestedSource is not null && !SpeaksFor(requestedSource))
        {
            return "request refused";
        }

        try
        {
            return new NaiveJudge(rules, qubes, service, argument, requestedSource ?? source, wanted).Decide(requestedSource);
        }
        catch (NaiveFault)
        {
            return "unanswered";
        }
    }

    private bool SpeaksFor(string remote) =>
        remote != "@adminvm" && Find(remote) is { Class: "RemoteVM", Relay: { } relay } && Find(source)?.Name == relay;

    private string Decide(string? policySource)
    {
        if (!IsIntended(wanted))
        {
            return "request refused";
        }

        if (wanted.StartsWith("@dispvm:", StringComparison.Ordinal) && Find(wanted[8..])?.MakesDisposables != true)
        {
            return "request refused";
        }

        target = wanted;
        if (wanted == "" || (wanted[0] != '@' && !IsDom0(wanted) && Find(wanted) is null))
        {
            target = "@default";
        }

        foreach (var rule in rules)
        {
            if (IsAbout(rule) && IsFrom(rule.Source) && IsTo(rule.Target))
            {
                return $"target={target} rule={rule.Place} " + (rule.Action switch
                {
                    "deny" => $"deny notify={rule.Notify}",
                    "allow" => Allow(rule, policySource),
                    _ => Ask(rule, policySource),
                });
            }
        }

        return $"target={target} rule= deny notify=True";
    }

    private string Allow(NaiveRule rule, string? policySource)
    {
        var reached = rule.Options.GetValueOrDefault("target", target);
        reached = reached == "@adminvm" ? "dom0" : reached;
        if (reached == "@dispvm")
        {
            reached = Find(source)?.DefaultDispvm is { } mine ? "@dispvm:" + mine : "";
        }
        else if (reached.StartsWith("@dispvm:", StringComparison.Ordinal))
        {
            reached = Find(reached[8..])?.MakesDisposables == true ? reached : "";
        }
        else if (reached == "@default" || (!IsDom0(reached) && Find(reached) is null))
        {
            reached = "";
        }

        return reached == "" ? "deny notify=True"
            : !rule.Autostart && !Awake(reached) ? "deny notify=False"
            : $"allow {reached} user={rule.User} notify={rule.Notify} autostart={rule.Autostart}\n{Execute(rule, reached, policySource)}";
    }

    private string Ask(NaiveRule rule, string? policySource)
    {
        var choices = rule.Options.TryGetValue("target", out var only) ? Single(rule, Shown(only)) : Collect(rule);
        if (choices.Count == 0)
        {
            return "deny notify=True";
        }

        var suggested = Shown(rule.Options.GetValueOrDefault("default_target", ""));
        suggested = suggested == "@dispvm" ? "@dispvm:" + Find(source)?.DefaultDispvm : suggested;
        var usual = choices.Contains(suggested) ? suggested : "";
        var yes = choices.Contains(Shown(target)) ? Execute(rule, Shown(target), policySource) : "no choice";
        return $"ask {string.Join(',', choices)} default={usual} user={rule.User} notify={rule.Notify} autostart={rule.Autostart}\n{yes}";
    }

    private SortedSet<string> Single(NaiveRule rule, string only) =>
        rule.Autostart || only == "dom0" || Find(only)?.Runs == true ? new SortedSet<string>(StringComparer.Ordinal) { only } : [];

    private SortedSet<string> Collect(NaiveRule rule)
    {
        var choices = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var other in rules.Reverse().Where(other => IsAbout(other) && IsFrom(other.Source)))
        {
            foreach (var choice in Expand(other.Target))
            {
                _ = other.Action == "deny" ? choices.Remove(choice) : choices.Add(choice);
            }
        }

        if (choices.Remove("@dispvm"))
        {
            var me = Find(source) ?? throw new NaiveFault("unanswered");
            choices.UnionWith(me.DefaultDispvm is { } mine ? ["@dispvm:" + mine] : []);
        }

        NaiveQube Meant(string choice) => Find(choice.StartsWith("@dispvm:", StringComparison.Ordinal) ? choice[8..] : choice) ?? throw new NaiveFault("unanswered");
        choices.RemoveWhere(choice => Meant(choice).Internal);
        choices.RemoveWhere(choice => choice == Find(source)?.Name || (!rule.Autostart && !Awake(choice)));
        return choices;
    }

    private static string Shown(string word) => word == "@adminvm" ? "dom0" : word;

    private string Execute(NaiveRule rule, string reached, string? policySource)
    {
        if (reached == source)
        {
            return "loopback";
        }

        var (user, tail) = (rule.User ?? "DEFAULT", policySource is null ? "" : "\npolicy_source=" + policySource);
        var body = $"autostart={(rule.Autostart ? "True" : "False")}\nrequested_target={target}";
        string Text(string who, string whom, string? uuid, string more) =>
            $"user={who}\nresult=allow\ntarget={whom}\n{(uuid is null ? "" : $"target_uuid={uuid}\n")}{body}{more}";
        if (IsDom0(reached))
        {
            return Text(user, "dom0", null, "");
        }

        if (reached.StartsWith("@dispvm:", StringComparison.Ordinal))
        {
            return Text(user, reached, "@dispvm:uuid:" + Find(reached[8..])?.Uuid, tail);
        }

        var qube = Find(reached);
        if (qube?.Class != "RemoteVM")
        {
            return Text(user, reached, "uuid:" + qube?.Uuid, tail);
        }

        return qube.Relay is { } relay && Find(relay) is { } bridge && qube.Transport is { Length: > 0 } transport
            ? Text("DEFAULT", relay, "uuid:" + bridge.Uuid, $"\nservice={transport}+{target}+{service}{argument}{tail}")
            : "unreachable";
    }

    private IEnumerable<string> Expand(string word)
    {
        IEnumerable<string> Qubes(Func<NaiveQube, bool> which) => qubes.Where(which).Select(qube => qube.Name);
        IEnumerable<string> Disposables(Func<NaiveQube, bool> which) => qubes.Where(qube => qube.MakesDisposables && which(qube)).Select(qube => "@dispvm:" + qube.Name);
        return word switch
        {
            "*" => [.. Qubes(_ => true), .. Disposables(_ => true), "@dispvm"],
            "@anyvm" => [.. Qubes(qube => qube.Name != "dom0"), .. Disposables(_ => true), "@dispvm"],
            "@dispvm" => ["@dispvm"],
            "@default" => [],
            _ when word.StartsWith("@tag:", StringComparison.Ordinal) => Qubes(qube => qube.Tags.Contains(word[5..])),
            _ when word.StartsWith("@type:", StringComparison.Ordinal) => Qubes(qube => qube.Class == word[6..]),
            _ when word.StartsWith("@dispvm:@tag:", StringComparison.Ordinal) => Disposables(qube => qube.Tags.Contains(word[13..])),
            _ when word.StartsWith("@dispvm:", StringComparison.Ordinal) => ["@dispvm:" + (Find(word[8..])?.Name ?? "")],
            _ => Find(word) is { } one ? [one.Name] : [],
        };
    }

    private bool Awake(string reached) =>
        IsDom0(reached) || (!reached.StartsWith("@dispvm:", StringComparison.Ordinal) && Find(reached)?.Runs == true);

    private bool IsAbout(NaiveRule rule) =>
        (rule.Service == "*" || rule.Service == service) && (rule.Argument == "*" || rule.Argument == argument);

    private bool IsFrom(string word)
    {
        var me = source == "@adminvm" ? null : Find(source);
        return word switch
        {
            "*" => true,
            "@anyvm" => !IsDom0(source),
            _ when IsDom0(word) => IsDom0(source),
            _ when word.StartsWith("@tag:", StringComparison.Ordinal) => me?.Tags.Contains(word[5..]) == true,
            _ when word.StartsWith("@type:", StringComparison.Ordinal) => me?.Class == word[6..],
            _ when word[0] == '@' => false,
            _ => word == source || (me is not null && Find(word) == me),
        };
    }

    private bool IsTo(string word)
    {
        var isQube = target[0] != '@'; // dom0 by its keyword has neither tags nor a class
        var it = isQube ? Find(target) : null;
        var mine = Find(source)?.DefaultDispvm;
        var template = target == "@dispvm" ? mine is null ? null : Find(mine)
            : target.StartsWith("@dispvm:", StringComparison.Ordinal) ? Find(target[8..])
            : null;
        return word switch
        {
            "*" => true,
            "@anyvm" => !IsDom0(target),
            "@default" or "@dispvm" => target == word,
            _ when IsDom0(word) => IsDom0(target),
            _ when word.StartsWith("@tag:", StringComparison.Ordinal) => it?.Tags.Contains(word[5..]) == true,
            _ when word.StartsWith("@type:", StringComparison.Ordinal) => it?.Class == word[6..],
            _ when word.StartsWith("@dispvm:@tag:", StringComparison.Ordinal) => template is { MakesDisposables: true } && template.Tags.Contains(word[13..]),
            _ when word.StartsWith("@dispvm:", StringComparison.Ordinal) && target == "@dispvm" => (mine ?? throw new NaiveFault("unanswered")) == word[8..],
            _ when word.StartsWith("@dispvm:", StringComparison.Ordinal) => template is not null && Find(word[8..]) == template,
            _ => isQube && (word == target || (it is not null && Find(word) == it)),
        };
    }

    private static bool IsIntended(string word) =>
        word is "" or "@adminvm" or "@default" or "@dispvm" ||
        (word.StartsWith("@dispvm:", StringComparison.Ordinal) && word.Length > 8 && word[8] != '@') || (word != "*" && word[0] != '@');

    private static bool IsDom0(string word) => word is "dom0" or "@adminvm" or Dom0Uuid;

    private NaiveQube? Find(string word) => IsDom0(word)
        ? qubes.FirstOrDefault(qube => qube.Name == "dom0")
        : qubes.FirstOrDefault(qube => word == qube.Name || word == "uuid:" + qube.Uuid);
}

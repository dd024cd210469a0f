namespace Qubes.Cqrs.Domain;

/// <summary>The rules of firewalls.</summary>
/// <remarks>Source: spec, firewall.md; admin-api.yaml, admin.vm.firewall.*. What no rule fits is dropped, which cannot be set.</remarks>
public static class Firewalls
{
    /// <summary>What clients are told when a firewall changes.</summary>
    public const string Changed = "firewall-changed";

    /// <summary>The rules of a qube for which nothing is set: everything may pass.</summary>
    public static readonly EquatableArray<FirewallRule> Default = [new FirewallRule { Action = FirewallAction.Accept }];

    /// <summary>Refuses a qube that has no firewall of its own.</summary>
    /// <exception cref="QubeErrorException">A remote qube.</exception>
    public static void CheckHolder(Qube qube)
    {
        if (!qube.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }
    }

    /// <summary>The rules in force at a time.</summary>
    /// <param name="rules">The rules that were set; null when none were.</param>
    /// <param name="atUnixSeconds">The time, in seconds of Unix time.</param>
    public static IEnumerable<FirewallRule> InForce(EquatableArray<FirewallRule>? rules, long atUnixSeconds) =>
        (rules ?? Default).Where(rule => !rule.IsExpired(atUnixSeconds));

    /// <summary>When the first rule of a qube ends (seconds of Unix time); null when none does.</summary>
    public static long? NextExpiry(Qube qube) => qube.Firewall is { } rules ? rules.Min(rule => rule.ExpiresAt()) : null;

    /// <summary>Replaces the rules, less those that have ended already, and announces it, also when they are the same.</summary>
    public static void Set(Draft draft, QubeId id, EquatableArray<FirewallRule> rules)
    {
        CheckHolder(draft.World.Qube(id));
        Record(draft, id, rules);
        draft.Announce(draft.World.Qube(id), Changed);
    }

    /// <summary>Takes over rules that were found in a file, where nothing was set yet. Nobody is told: they were in force before.</summary>
    public static void Adopt(Draft draft, QubeId id, EquatableArray<FirewallRule> rules)
    {
        if (draft.World.Qube(id) is { IsLocal: true, IsDom0: false, Firewall: null })
        {
            Record(draft, id, rules);
        }
    }

    /// <summary>Announces the rules again.</summary>
    public static void Reload(Draft draft, QubeId id) => draft.Announce(draft.World.Qube(id), Changed);

    /// <summary>Removes the rules that have ended, and announces it; nothing happens when none has.</summary>
    public static void Expire(Draft draft, QubeId id)
    {
        var now = Now(draft);
        if (draft.World.Qube(id).Firewall is { } rules && rules.Any(rule => rule.IsExpired(now)))
        {
            draft.Record(new FirewallExpired(id, now));
            draft.Announce(draft.World.Qube(id), Changed);
        }
    }

    /// <summary>Gives a new disposable the rules of its template.</summary>
    public static void TakeOver(Draft draft, Qube from, QubeId to)
    {
        if (from.Firewall is { } rules)
        {
            Record(draft, to, rules);
        }
    }

    private static void Record(Draft draft, QubeId id, EquatableArray<FirewallRule> rules)
    {
        var now = Now(draft);
        var lasting = rules.Where(rule => !rule.IsExpired(now)).ToEquatableArray();
        if (draft.World.Qube(id).Firewall != lasting)
        {
            draft.Record(new FirewallSet(id, lasting) { Places = Places(rules, now) });
        }
    }

    private static EquatableArray<int>? Places(EquatableArray<FirewallRule> rules, long now) => rules.Any(rule => rule.IsExpired(now))
        ? Enumerable.Range(0, rules.Count).Where(place => !rules[place].IsExpired(now)).ToEquatableArray()
        : null;

    private static long Now(Draft draft) => draft.Caller.Time.ToUnixTimeSeconds();
}

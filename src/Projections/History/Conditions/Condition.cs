using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Something that holds of a state or does not, written as a small expression.</summary>
/// <remarks>
/// <code>
/// condition  = and { "or" and }            and = not { "and" not }            not = "not" not | compared
/// compared   = value [ ("==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" | "in") value ]
/// value      = "(" condition ")" | "exists" "(" name ")" | "policy" "(" source target service ")"
///            | text in quotes | number | word | path
/// path       = (word | text in quotes) "." rest      rest may be quoted as well: work.feature."a b"
/// </code>
/// Words that stand for something: <c>qubes</c>, <c>labels</c>, <c>pools</c> (how many there are), <c>position</c>, <c>true</c>, <c>false</c>,
/// <c>none</c>; <c>policy(SOURCE TARGET SERVICE)</c> is <c>allow</c>, <c>ask</c> or <c>deny</c>, and none as long as the log did not know the policy. Any
/// other word without a dot is a text. A path begins with a qube's name, or with <c>global</c> or <c>host</c>, and ends with a property, <c>feature.NAME</c>, <c>tag.NAME</c> (true or false), <c>tags</c>, <c>features</c>, <c>devices</c> (lists), <c>class</c>, <c>state</c>,
/// <c>notes</c> or <c>firewall</c>. What is not there is <c>none</c>; texts and numbers compare by value, qubes and labels by name.
/// </remarks>
public sealed class Condition
{
    private readonly Func<World, ConditionValue> evaluate;

    private Condition(Func<World, ConditionValue> evaluate) => this.evaluate = evaluate;

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ConditionException">It is none.</exception>
    public static Condition Parse(string text) => new(new ConditionParser(text).Parse());

    /// <summary>Whether it holds of a state.</summary>
    public bool Holds(World world) => evaluate(world).IsTrue;
}

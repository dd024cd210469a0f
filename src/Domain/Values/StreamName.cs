using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The key of an entity's stream in the log: <c>system</c>, <c>host</c>, <c>policy</c>, <c>qube-&lt;uuid&gt;</c>, <c>label-&lt;index&gt;</c>, <c>pool-&lt;name&gt;</c>.</summary>
/// <remarks>Keys survive renames and are storage format: never change them.</remarks>
public readonly record struct StreamName(string Value)
{
    private const string QubePrefix = "qube-";

    /// <summary>The global settings.</summary>
    public static readonly StreamName System = new("system");

    /// <summary>What the host contributes.</summary>
    public static readonly StreamName Host = new("host");

    /// <summary>The files of the policy.</summary>
    public static readonly StreamName Policy = new("policy");

    /// <summary>The stream of a qube.</summary>
    public static StreamName OfQube(QubeId id) => new(QubePrefix + id);

    /// <summary>The stream of a label.</summary>
    public static StreamName OfLabel(int index) => new("label-" + index.ToString(CultureInfo.InvariantCulture));

    /// <summary>The stream of a storage pool.</summary>
    public static StreamName OfPool(string name) => new("pool-" + name);

    /// <summary>The kind of entity, the text before the first hyphen.</summary>
    public string Kind => Value.Split('-', 2)[0];

    /// <summary>The qube whose stream it is; null for any other stream.</summary>
    public QubeId? Qube => Value.StartsWith(QubePrefix, StringComparison.Ordinal) && QubeId.TryParse(Value[QubePrefix.Length..], out var id) ? id : null;

    /// <summary>The key itself.</summary>
    public override string ToString() => Value;
}

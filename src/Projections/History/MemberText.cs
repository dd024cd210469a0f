using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>The members of a record as texts, so that no member which is added later is forgotten in a comparison.</summary>
internal static class MemberText
{
    private static readonly ConcurrentDictionary<Type, Member[]> Known = new();

    /// <summary>Every stored member with its name as <c>snake_case</c>; one without a value is null. Derived members are left out.</summary>
    /// <param name="record">The record.</param>
    /// <param name="nameOf">How a qube is named.</param>
    public static IEnumerable<(string Name, string? Text)> Of(object record, Func<QubeId, string> nameOf) =>
        Stored(record.GetType()).Select(member => (member.Name, Show(member.Property.GetValue(record), nameOf)));

    /// <summary>Every stored member with its value.</summary>
    public static IEnumerable<(string Name, object? Value)> Values(object record) =>
        Stored(record.GetType()).Select(member => (member.Name, member.Property.GetValue(record)));

    /// <summary>A record in one line, less the members that have no value.</summary>
    public static string Line(object record, Func<QubeId, string> nameOf, params string[] without) => string.Join(' ', Of(record, nameOf)
        .Where(member => member.Text is { Length: > 0 } && !without.Contains(member.Name)).Select(member => $"{member.Name}={member.Text}"));

    private static string? Show(object? value, Func<QubeId, string> nameOf) => value switch
    {
        null => null,
        string text => text,
        QubeId id => nameOf(id),
        Enum word => word.ToString(),
        bool truth => truth ? "True" : "False",
        IFormattable number when value.GetType().IsPrimitive => number.ToString(null, CultureInfo.InvariantCulture),
        NamedText entry => $"{entry.Name}={entry.Value}",
        IEnumerable items => string.Join(", ", items.Cast<object>().Select(item => Show(item, nameOf))),
        _ => "{" + Line(value, nameOf) + "}",
    };

    // What the record's constructor or an initialiser sets; the rest is derived from it.
    private static Member[] Stored(Type type) => Known.GetOrAdd(type, static of =>
    [
        .. of.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && property.GetCustomAttribute<JsonIgnoreAttribute>() is null or { Condition: not JsonIgnoreCondition.Always })
            .Select(property => new Member(SnakeCase(property.Name), property)),
    ]);

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        for (var index = 0; index < name.Length; index++)
        {
            if (char.IsUpper(name[index]) && index > 0 && (char.IsLower(name[index - 1]) || char.IsDigit(name[index - 1])))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(name[index]));
        }

        return text.ToString();
    }

    private sealed record Member(string Name, PropertyInfo Property);
}

using System.Buffers;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Which qube an element of the store is about.</summary>
internal sealed record StoreIdentity(QubeId Id, string Name, QubeClass Class, int Qid)
{
    private const int HighestQid = 10000;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads class, name, number and id; dom0's are constants.</summary>
    public static StoreIdentity Read(StoreElement domain, Func<QubeId> newId)
    {
        var className = domain.Find("class") ?? "";
        if (!Enum.TryParse<QubeClass>(className, out var @class) || @class.ToString() != className)
        {
            throw domain.Fault(QubesXmlFault.UnknownClass, $"no such VM class: '{className}'");
        }

        return @class == QubeClass.AdminVM
            ? new StoreIdentity(QubeId.Dom0, "dom0", @class, 0)
            : new StoreIdentity(Uuid(domain, newId), NameOf(domain), @class, QidOf(domain));
    }

    private static StoreElement? Find(StoreElement domain, string property) =>
        domain.At("properties", "property").LastOrDefault(element => element.Find("name") == property);

    /// <summary>The original checks names where they come in; here they come in, and they become names of files.</summary>
    private static string NameOf(StoreElement domain)
    {
        var element = Find(domain, "name") ?? throw domain.Fault(QubesXmlFault.Missing, "a qube without a name");
        var name = StoreProperties.TextOf(element) ?? "";
        return name is "" or ['.' or '-', ..] || name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? throw element.Fault(QubesXmlFault.InvalidValue, "VM name contains illegal characters")
            : name;
    }

    private static int QidOf(StoreElement domain)
    {
        if (Find(domain, "qid") is not { } element)
        {
            return StoreText.AfterHyphen(domain.Find("id")) is >= 1 and <= HighestQid and var number
                ? number
                : throw domain.Fault(QubesXmlFault.Missing, "a qube without a qid");
        }

        var text = StoreProperties.TextOf(element);
        return StoreText.AsInt32(text ?? "") is >= 1 and <= HighestQid and var qid
            ? qid
            : throw element.Fault(QubesXmlFault.InvalidValue, $"'{text}' is no qid of a qube other than dom0");
    }

    private static QubeId Uuid(StoreElement domain, Func<QubeId> newId)
    {
        if (Find(domain, "uuid") is not { } element || StoreProperties.TextOf(element) is not { Length: > 0 } text)
        {
            return newId();
        }

        return StoreText.AsUuid(text) is { } id && id != QubeId.Dom0
            ? id
            : throw element.Fault(QubesXmlFault.InvalidValue, $"'{text}' is no uuid of a qube other than dom0");
    }
}

using System.Collections.Immutable;
using System.Xml.Linq;

namespace Qubes.Cqrs.Projections;

/// <summary>A section of a domain's XML.</summary>
/// <param name="Name">Its name, as templates know it: docs/domain-xml.md.</param>
/// <param name="IsDevice">Whether it stands within <c>devices</c>.</param>
/// <param name="Elements">Its elements in order.</param>
public sealed record DomainXmlPart(string Name, bool IsDevice, ImmutableArray<XElement> Elements);

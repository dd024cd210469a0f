namespace Qubes.Cqrs.Api;

/// <summary>A chapter of the documentation: a file beside the rows of the method table.</summary>
/// <param name="Name">The name of the area.</param>
/// <param name="About">What its methods have in common.</param>
/// <param name="Methods">Its methods, in the order of the page.</param>
internal sealed record MethodArea(string Name, string About, IReadOnlyList<MethodDocument> Methods);

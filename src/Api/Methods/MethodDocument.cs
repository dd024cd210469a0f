namespace Qubes.Cqrs.Api;

/// <summary>What the documentation says of a method, or of several that differ in a part of their name only.</summary>
/// <param name="Names">The names; <c>{class}</c> in one stands for any class of qubes or devices.</param>
/// <param name="Does">What it does.</param>
/// <param name="Argument">The meaning of the argument; empty when there is none.</param>
/// <param name="Payload">The form of the payload; empty when there is none.</param>
/// <param name="Reply">The form of the reply.</param>
/// <param name="Errors">Its refusals, beyond those of every call.</param>
/// <param name="Events">What it announces.</param>
/// <param name="Notes">What else a caller should know.</param>
internal sealed record MethodDocument(
    IReadOnlyList<string> Names,
    string Does,
    string Argument,
    string Payload,
    string Reply,
    IReadOnlyList<DocumentedError> Errors,
    IReadOnlyList<string> Events,
    string Notes)
{
    private const string AnyClass = "{class}";

    /// <summary>Whether it is about the method.</summary>
    internal bool Covers(AdminMethod method) => Names.Any(name => Covers(name, method));

    /// <summary>Whether the name, with any class in it, is that of the method.</summary>
    internal static bool Covers(string name, AdminMethod method) =>
        name == method.Name
        || (name.Contains(AnyClass, StringComparison.Ordinal)
            && MethodRows.QubeClasses.Concat(MethodRows.DeviceClasses).Concat(MethodRows.AddOnDeviceClasses)
                .Any(endpoint => name.Replace(AnyClass, endpoint, StringComparison.Ordinal) == method.Name));
}

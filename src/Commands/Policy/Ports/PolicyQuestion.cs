using System.Collections.Immutable;

namespace Qubes.Cqrs.Commands;

/// <summary>Whether a call may be made, and to whom.</summary>
/// <param name="Source">The caller, as it named itself.</param>
/// <param name="Service">The service.</param>
/// <param name="Argument">Its argument with the <c>+</c>.</param>
/// <param name="Targets">What can be chosen, sorted.</param>
/// <param name="DefaultTarget">What is suggested; empty for nothing.</param>
/// <param name="Icons">The icon of each qube and of a disposable of each template, by name.</param>
public sealed record PolicyQuestion(
    string Source, string Service, string Argument, ImmutableArray<string> Targets, string DefaultTarget, ImmutableArray<KeyValuePair<string, string>> Icons);

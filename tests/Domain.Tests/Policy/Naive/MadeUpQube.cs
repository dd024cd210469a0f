namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A qube of the naive interpreter as the product asks for it.</summary>
internal sealed class MadeUpQube(NaiveQube qube) : IPolicyQube
{
    public string Name => qube.Name;

    public string Uuid => qube.Uuid;

    public string ClassName => qube.Class;

    public IReadOnlyCollection<string> Tags => qube.Tags;

    public bool IsTemplateForDisposables => qube.MakesDisposables;

    public string? DefaultDisposableTemplate => qube.DefaultDispvm;

    public bool IsRunning => qube.Runs;

    public bool IsInternal => qube.Internal;

    public string? Icon => null;

    public string? GuiVm => null;

    public string? RelayVm => qube.Relay;

    public string? TransportRpc => qube.Transport;

    public bool HasTag(string tag) => qube.Tags.Contains(tag);
}

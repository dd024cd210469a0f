namespace Qubes.Cqrs.Domain;

/// <summary>What a policy can ask of a qube; that of <c>internal.GetSystemInfo</c>.</summary>
/// <remarks>Source: spec, policy 6, the paragraph on system data.</remarks>
public interface IPolicyQube
{
    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>The UUID, lower case with hyphens.</summary>
    string Uuid { get; }

    /// <summary>The class as the API spells it.</summary>
    string ClassName { get; }

    /// <summary>Whether it has a tag.</summary>
    bool HasTag(string tag);

    /// <summary>The tags.</summary>
    IReadOnlyCollection<string> Tags { get; }

    /// <summary>Whether disposables can be made from it.</summary>
    bool IsTemplateForDisposables { get; }

    /// <summary>The name of the template of the disposables that it calls; null when it has none.</summary>
    string? DefaultDisposableTemplate { get; }

    /// <summary>Whether it runs.</summary>
    bool IsRunning { get; }

    /// <summary>Whether users never choose it.</summary>
    bool IsInternal { get; }

    /// <summary>The name of its icon.</summary>
    string? Icon { get; }

    /// <summary>The name of the qube that shows its windows.</summary>
    string? GuiVm { get; }

    /// <summary>The name of the qube that reaches it, of a RemoteVM.</summary>
    string? RelayVm { get; }

    /// <summary>The service that reaches it, of a RemoteVM.</summary>
    string? TransportRpc { get; }
}

namespace Qubes.Cqrs.Domain;

/// <summary>Who may speak for a qube on another host.</summary>
/// <remarks>Source: spec, policy 6: a requested source must be a RemoteVM whose relay the caller is.</remarks>
internal static class PolicyRelays
{
    /// <summary>Why the caller does not speak for the requested source; null when it does, or asks for none.</summary>
    internal static string? WhyNot(IPolicySystem system, PolicyRequest request)
    {
        if (request.RequestedSource is not { Length: > 0 } requested)
        {
            return null;
        }

        if (Find(system, requested) is not { } qube)
        {
            return $"unknown requested source qube {PythonText.Repr(requested)}";
        }

        if (qube.ClassName != "RemoteVM")
        {
            return $"{qube.Name}: requested source is only authorized for RemoteVM";
        }

        return qube.RelayVm is { } relay && PolicyNames.Find(system, request.Source)?.Name == relay ? null : $"{request.Source} is not a relay for {requested}";
    }

    private static IPolicyQube? Find(IPolicySystem system, string text) => text == PolicyTokens.AdminVm ? null : PolicyNames.Find(system, text);
}

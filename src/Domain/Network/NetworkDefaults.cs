namespace Qubes.Cqrs.Domain;

/// <summary>Who follows the global choice of a network.</summary>
public static class NetworkDefaults
{
    /// <summary>Whether the qube has a <c>netvm</c> that it left at its default.</summary>
    /// <remarks>Templates are among them, although their default is none: the original announces them too.</remarks>
    public static bool Follows(Qube qube) => qube.Class is not (QubeClass.AdminVM or QubeClass.RemoteVM) && !qube.Properties.ContainsKey("netvm");
}

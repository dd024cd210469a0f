namespace Qubes.Cqrs.Api;

/// <summary>The branches of the original's exceptions, which differ in what is logged.</summary>
/// <remarks>Source: spec, wire protocol 3.1.</remarks>
public enum WireErrorFamily
{
    /// <summary>Refusals of the normal course (<c>QubesException</c>): logged only with <c>--debug</c>.</summary>
    Refusal,

    /// <summary>The request is malformed (<c>ProtocolError</c>): logged as a warning.</summary>
    Protocol,

    /// <summary>The call is not allowed (<c>PermissionDenied</c>): logged as a warning.</summary>
    Permission,
}

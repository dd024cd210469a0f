using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>The checks that every call passes after its source and destination were found.</summary>
/// <remarks>Order and texts: spec, wire protocol 2.2, rows 3 to 9.</remarks>
public static class RequestValidation
{
    /// <summary>The text of the first check that fails, for a <c>ProtocolError</c>; null when all pass.</summary>
    /// <param name="method">The row of the method on the socket that the request came over, if there is one.</param>
    /// <param name="request">The request.</param>
    /// <param name="destinationIsDom0">Whether its destination is of class AdminVM.</param>
    public static string? Check(AdminMethod? method, Request request, bool destinationIsDom0)
    {
        if (method is null)
        {
            return $"no such method: {PythonText.Repr(request.Method)}";
        }

        return CheckPresence(method, request) ?? Check(method.Destination, destinationIsDom0);
    }

    /// <summary>Throws what <see cref="Check(AdminMethod?, Request, bool)"/> finds.</summary>
    /// <exception cref="InvalidRequestException">A check failed.</exception>
    public static AdminMethod Require(AdminMethod? method, Request request, bool destinationIsDom0) =>
        Check(method, request, destinationIsDom0) is { } text ? throw new InvalidRequestException(text) : method!; // Check refuses null

    private static string? CheckPresence(AdminMethod method, Request request) => method.ChecksPresence
        ? null
        : Check(method.Payload, !request.UntrustedPayload.IsEmpty, "expected payload", "unexpected payload")
            ?? Check(method.Argument, request.Argument.Length > 0, "expected an argument", "unexpected argument");

    private static string? Check(Presence rule, bool isPresent, string missing, string unexpected) => (rule, isPresent) switch
    {
        (Presence.Required, false) => missing,
        (Presence.Forbidden, true) => unexpected,
        _ => null,
    };

    private static string? Check(DestinationRule rule, bool isDom0) => (rule, isDom0) switch
    {
        (DestinationRule.AdminVm, false) => "expected destination to be AdminVM",
        (DestinationRule.NotAdminVm, true) => "expected destination to not be AdminVM",
        _ => null,
    };
}

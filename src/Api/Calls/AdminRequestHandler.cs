using System.Collections.Frozen;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Answers every request: finds source and destination, checks the form, and hands the call to its method.</summary>
/// <remarks>The order of the checks is that of the spec, wire protocol 2.2.</remarks>
public sealed class AdminRequestHandler(Func<World> current, FrozenDictionary<string, AdminMethodHandler> methods) : IRequestHandler
{
    /// <inheritdoc/>
    public ValueTask HandleAsync(Request request, ReplyWriter reply, CancellationToken disconnected)
    {
        var world = current();
        var source = QubeAddress.Resolve(world, request.Source);
        var destination = QubeAddress.Resolve(world, request.Destination);
        var method = RequestValidation.Require(request.Entry, request, destination.IsDom0);
        return methods.TryGetValue(method.Name, out var handle)
            ? handle(new AdminCall(request, world, source, destination, reply, disconnected))
            : throw new NotBuiltException("This feature is not available");
    }
}

/// <summary>Answers a call of one method.</summary>
public delegate ValueTask AdminMethodHandler(AdminCall call);

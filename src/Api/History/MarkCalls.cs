using System.Globalization;
using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.Mark</c> and <c>qubes.cqrs.Unmark</c>: names for positions of the log.</summary>
/// <remarks>docs/undo.md.</remarks>
internal static class MarkCalls
{
    internal static void AddTo(AdminMethods methods)
    {
        methods.Change("qubes.cqrs.Mark", call => new MarkPosition(call.Argument, ReadPosition(call.Request.UntrustedPayload.Span)));
        methods.Change("qubes.cqrs.Unmark", call => new UnmarkPosition(call.Argument));
    }

    private static long? ReadPosition(ReadOnlySpan<byte> untrusted)
    {
        if (untrusted.IsEmpty)
        {
            return null;
        }

        return long.TryParse(Encoding.Latin1.GetString(untrusted), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : throw new InvalidRequestException("expected a position");
    }
}

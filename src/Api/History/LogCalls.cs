using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.Log</c>: the events that a question means, a page at a time, as <c>qubes-history log</c> shows them.</summary>
/// <remarks>The daemon finds them in a tenth of the time that a program needs which has just started. Few search at once, so that a long search takes neither the
/// database's sessions nor the processor from those who change something; who hangs up ends the search,
/// and who is refused can read the log itself. docs/history.md.</remarks>
internal sealed class LogCalls(Func<LogPages?> pages)
{
    private const int MostAtOnce = 3;
    private int underWay;

    internal void AddTo(AdminMethods methods) => methods.Serve("qubes.cqrs.Log", ReadAsync);

    private async ValueTask ReadAsync(AdminCall call)
    {
        if (!call.Source.IsDom0)
        {
            throw new PermissionRefusedException("only dom0 may read the log");
        }

        var request = Read(call.Request.UntrustedPayload.Span);
        var found = pages() ?? throw new RefusedException("The event log is not available");
        try
        {
            if (Interlocked.Increment(ref underWay) > MostAtOnce)
            {
                throw new RefusedException("Others are searching the log; try again");
            }

            var page = await found.FindAsync(request, call.Ct).ConfigureAwait(false);
            page.Write(call.Reply.Ok());
        }
        catch (QuestionException refusal)
        {
            throw new InvalidValueException(refusal.Message);
        }
        catch (EventLogUnavailableException)
        {
            throw new RefusedException("The event log is not available");
        }
        finally
        {
            Interlocked.Decrement(ref underWay);
        }
    }

    private static LogRequest Read(ReadOnlySpan<byte> untrusted)
    {
        try
        {
            return LogRequest.Read(untrusted);
        }
        catch (JsonException)
        {
            throw new InvalidRequestException("expected a JSON object of conditions");
        }
    }
}

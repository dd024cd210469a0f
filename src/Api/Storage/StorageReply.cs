using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Replies of the calls about storage: a line per entry.</summary>
internal static class StorageReply
{
    internal static void Write(AdminCall call, IEnumerable<NamedText> entries) => Write(call, entries.Select(entry => $"{entry.Name}={entry.Value}").ToList());

    internal static void Write(AdminCall call, IEnumerable<string> lines)
    {
        call.Reply.Ok();
        foreach (var line in lines)
        {
            call.Reply.Append(line).Append("\n"u8);
        }
    }
}

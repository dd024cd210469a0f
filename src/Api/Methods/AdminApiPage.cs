using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>Writes docs/admin-api.md from the method table and what is documented beside it.</summary>
internal static class AdminApiPage
{
    private const string Head = """
        # The Admin API

        Every call of the Admin API, by area: what it takes, answers, refuses and announces. Which of them are built is listed in [status.md](status.md), where
        replies differ from the original's in [differences.md](differences.md). This page is written from the method table (`src/Api/Methods/Areas`: the rows and the texts
        beside them) and checked by a test; correct it there.

        A request is `METHOD+ARGUMENT SOURCE name DESTINATION`, a NUL byte and the payload, 65,536 bytes at most; it begins when the client closes its sending side. The reply is `0`, a
        NUL and the content; or `2`, a NUL, the class of the refusal, a NUL, a NUL, its text, a NUL; or a stream of messages `1`, a NUL, the qube, a NUL, the event, a NUL, its names and values, each
        with a NUL, a NUL. In the texts below `<…>` stands for what varies. A refused change leaves no trace.

        The scope (`local`: one qube, `global`: the system) and what the call does decide which policy file admits it.

        """;

    /// <summary>The whole page.</summary>
    internal static string Write()
    {
        var text = new StringBuilder(Head);
        text.Append("\n## Refusals that calls share\n");
        foreach (var group in MethodDocuments.Groups)
        {
            text.Append($"\n### Refusals: {group.Name}\n\n{group.About}\n\n");
            AppendErrors(text, group.Errors);
        }

        foreach (var area in MethodDocuments.Areas)
        {
            text.Append($"\n## {area.Name}\n\n{area.About}\n");
            foreach (var method in area.Methods)
            {
                Append(text, method);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MethodDocument document)
    {
        foreach (var name in document.Names)
        {
            text.Append($"\n### `{name.Replace('{', '<').Replace('}', '>')}`\n");
        }

        text.Append($"\n{document.Does}\n\n| | |\n|---|---|\n");
        var rows = MethodTable.All.Where(document.Covers).ToList();
        foreach (var name in document.Names)
        {
            var method = rows.First(row => MethodDocument.Covers(name, row));
            var whose = document.Names.Count > 1 ? $" of `{name}`" : "";
            AppendRow(text, $"destination{whose}", Destination(method.Destination));
            if (method.Scope != MethodScope.None)
            {
                AppendRow(text, $"scope{whose}", $"{(method.Scope == MethodScope.Local ? "local" : "global")}, {Access(method.Access)}");
            }
        }

        var first = rows[0];
        AppendRow(text, "socket", Socket(first.Socket));
        if (rows.Count > document.Names.Count)
        {
            AppendRow(text, "classes", string.Join(", ", rows.Select(row => row.Name.Split('.').First(part => !document.Names[0].Split('.').Contains(part)))));
        }

        AppendRow(text, "argument", Presence(first.Argument, document.Argument));
        AppendRow(text, "payload", Presence(first.Payload, document.Payload));
        AppendRow(text, "reply", document.Reply);
        AppendRow(text, "duration", first.Duration switch { Duration.Long => "it may wait for something outside", Duration.LongWithWait => "it may wait, with `wait`", _ => "" });
        AppendRow(text, "hanging up", first.IsCancellable ? "ends it" : "");
        AppendRow(text, "origin", first.IsSeedOnly ? "only the older documents have it" : first.IsOwn ? "ours, beside the standard API" : "");
        if (document.Errors.Count > 0)
        {
            text.Append("\nRefusals:\n");
            AppendErrors(text, document.Errors);
        }

        if (document.Events.Count > 0)
        {
            text.Append("\nAnnounces:\n");
            foreach (var line in document.Events)
            {
                text.Append($"* {Event(line)}\n");
            }
        }

        if (document.Notes.Length > 0)
        {
            text.Append($"\n{document.Notes}\n");
        }
    }

    private static void AppendRow(StringBuilder text, string title, string value)
    {
        if (value.Length > 0)
        {
            text.Append($"| {title} | {value.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }
    }

    private static void AppendErrors(StringBuilder text, IReadOnlyList<DocumentedError> errors)
    {
        foreach (var error in errors)
        {
            text.Append(error.IsGroup ? $"* [{error.Text}](#refusals-{error.Text.Replace(' ', '-')})\n" : $"* `{error.ClassName}`: {Code(error.Text)}\n");
        }
    }

    // A line begins with the names of events, or is a sentence.
    private static string Event(string line)
    {
        var names = line.Split(' ').TakeWhile(word => word.Contains('-', StringComparison.Ordinal)).ToArray();
        return names.Length == 0
            ? line
            : string.Join(", ", names.Select(name => $"`{name.TrimEnd(',', ';')}`")) + (names[^1].TrimEnd(',', ';').Length < names[^1].Length ? names[^1][^1..] : "")
              + line[string.Join(' ', names).Length..];
    }

    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal) ? $"`` {text} ``" : $"`{text}`";

    private static string Presence(Presence presence, string meaning) => presence switch
    {
        Api.Presence.Forbidden => "none",
        Api.Presence.Optional => $"optional: {meaning}",
        _ => meaning,
    };

    private static string Destination(DestinationRule rule) => rule switch
    {
        DestinationRule.AdminVm => "dom0",
        DestinationRule.NotAdminVm => "any qube but dom0",
        _ => "any qube",
    };

    private static string Access(MethodAccess access) => access switch
    {
        MethodAccess.Read => "reads",
        _ when access.HasFlag(MethodAccess.Write) => "reads and changes",
        _ => "reads and makes something happen",
    };

    private static string Socket(SocketKind? socket) => socket switch
    {
        SocketKind.Admin => "`qubesd.sock`",
        SocketKind.Internal => "`qubesd.internal.sock`",
        SocketKind.Misc => "`qubesd.misc.sock`",
        _ => "none: another program of dom0 serves it",
    };
}

using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>Writes the part of docs/status.md that lists the methods.</summary>
public static class StatusPage
{
    private const string Begin = "<!-- methods: written by StatusPage, checked by a test -->\n";
    private const string End = "<!-- end of methods -->\n";

    /// <summary>The page with its list of methods brought up to date.</summary>
    /// <param name="page">The page, with the two comments that the list stands between.</param>
    /// <param name="built">The names of the methods that are built.</param>
    /// <exception cref="FormatException">A comment is missing.</exception>
    public static string Update(string page, IReadOnlySet<string> built)
    {
        var begin = page.IndexOf(Begin, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? string.Concat(page.AsSpan(0, begin + Begin.Length), List(built), page.AsSpan(end))
            : throw new FormatException("the comments around the list of methods are missing");
    }

    /// <summary>The list of methods.</summary>
    public static string List(IReadOnlySet<string> built)
    {
        var served = MethodTable.All.Where(method => method.Socket is not null && !method.IsAddOn).ToList();
        var text = new StringBuilder();
        text.Append($"\n{served.Count(method => built.Contains(method.Name))} of {served.Count} methods are built; the others answer `QubesNotImplementedError`.\n");
        foreach (var (socket, title) in new[] { (SocketKind.Admin, "qubesd.sock"), (SocketKind.Internal, "qubesd.internal.sock"), (SocketKind.Misc, "qubesd.misc.sock") })
        {
            text.Append($"\n### `{title}`\n\n| method | status |\n|---|---|\n");
            foreach (var method in served.Where(method => method.Socket == socket).OrderBy(method => method.Name, StringComparer.Ordinal))
            {
                text.Append($"| `{method.Name}` | {Status(method, built)} |\n");
            }
        }

        text.Append("\n### With a package beside the daemon\n\nWithout it they are no methods: `ProtocolError`.\n\n| method | status |\n|---|---|\n");
        foreach (var method in MethodTable.All.Where(method => method.IsAddOn).OrderBy(method => method.Name, StringComparer.Ordinal))
        {
            text.Append($"| `{method.Name}` | comes with the package that brings the device class |\n");
        }

        text.Append("\n### Not on a socket of this daemon\n\n| method | status |\n|---|---|\n");
        foreach (var method in MethodTable.NotOnSocket.OrderBy(method => method.Name, StringComparer.Ordinal))
        {
            text.Append($"| `{method.Name}` | served by a script or on a socket of its own |\n");
        }

        return text.Append('\n').ToString();
    }

    private static string Status(AdminMethod method, IReadOnlySet<string> built) =>
        (built.Contains(method.Name) ? "built" : "answers `QubesNotImplementedError`") +
        (method.IsSeedOnly ? "; only the older documents have it" : method.IsOwn ? "; ours, beside the standard API ([admin-api.md](admin-api.md))" : "");
}

using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>The part of the default policy that says who may call the Admin API, from what the method table says of each call.</summary>
/// <remarks>Source: spec, policy 4.</remarks>
internal static class PackagedPolicy
{
    /// <summary>The folder of the policy.</summary>
    internal const string Folder = "etc/qubes/policy.d";

    private const string Generated = """
        ## Written from the table of methods with `qubesd packaged-files`: a new version of the package replaces this file.
        ## Your own rules belong into a file of yours that sorts before it, for instance 30-user.policy.
        """;

    private const string Admin = $$"""
        {{Generated}}
        ##
        ## Who may call the Admin API. Each call is decided by one of four lists, which are empty at first and yours to fill:
        ##
        ##   include/admin-local-ro    looks at single qubes        include/admin-local-rwx    changes, starts and stops them
        ##   include/admin-global-ro   looks at the whole system    include/admin-global-rwx   changes the system
        ##
        ## A line there names who may call and for which qube. Who is in none of them may not call anything.

        """;

    private const string AdminDeny = $$"""
        {{Generated}}
        ##
        ## Clients try these calls first, and ask for the values one by one where they may not: nobody needs to be told of that.

        """;

    private const string OfPolicy = $$"""
        {{Generated}}
        ##
        ## Who may look at the policy (include/admin-policy-ro) and change it (include/admin-policy-rwx). Who changes it can allow itself everything.

        """;

    /// <summary>All files of it.</summary>
    /// <exception cref="InvalidOperationException">A call is not classified: then nobody knows who may call it.</exception>
    internal static IEnumerable<PackagedFile> Files =>
    [
        File("90-admin-default", Admin, PackagedServices.Callable.Where(IsAdmitted).Select(method => Include(method.Name, List(method)))),
        File("91-admin-default-deny", AdminDeny, PackagedServices.Callable.Where(IsProbed).Select(method => $"{method.Name} * * * deny notify=no")),
        File("90-admin-policy-default", OfPolicy, OfPolicyFiles.Select(method => Include(method.Name, method.Payload == Presence.Forbidden ? "admin-policy-ro" : "admin-policy-rwx"))),
    ];

    /// <summary>The list that decides a call.</summary>
    /// <exception cref="InvalidOperationException">The call is not classified.</exception>
    internal static string List(AdminMethod method) => (method.Scope, method.Access) switch
    {
        (MethodScope.Local, MethodAccess.Read) => "admin-local-ro",
        (MethodScope.Local, not MethodAccess.None) => "admin-local-rwx",
        (MethodScope.Global, MethodAccess.Read) => "admin-global-ro",
        (MethodScope.Global, not MethodAccess.None) => "admin-global-rwx",
        _ => throw new InvalidOperationException($"{method.Name} has no scope, or nothing that it does: no list can decide who may call it"),
    };

    /// <summary>Calls about the files of the policy; whether the policy allows something is told over sockets of their own.</summary>
    private static IEnumerable<AdminMethod> OfPolicyFiles => MethodTable.All
        .Where(method => method.Name.StartsWith("policy.", StringComparison.Ordinal) && !method.Name.StartsWith("policy.Eval", StringComparison.Ordinal))
        .OrderBy(method => method.Name, StringComparer.Ordinal);

    /// <summary>
    /// Whether one of the lists admits it. Of our own calls, those that change something do: a restoration reaches into every qube, which is more than who stands in a list
    /// for global changes was given when the list was written. Nobody can make a second dom0.
    /// </summary>
    private static bool IsAdmitted(AdminMethod method) =>
        (!method.IsOwn || method.Access == MethodAccess.Read) && !method.Name.EndsWith(".AdminVM", StringComparison.Ordinal);

    private static bool IsProbed(AdminMethod method) => method.Name.EndsWith(".GetAll", StringComparison.Ordinal);

    private static string Include(string service, string list) => $"!include-service {service} * include/{list}";

    private static PackagedFile File(string name, string head, IEnumerable<string> lines)
    {
        var text = new StringBuilder(head).Append('\n').AppendJoin('\n', lines).Append('\n');
        return new($"{Folder}/{name}.policy", text.ToString(), IsLink: false);
    }
}

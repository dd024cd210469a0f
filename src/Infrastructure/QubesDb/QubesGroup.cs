namespace Qubes.Cqrs.Infrastructure;

/// <summary>The group of those who may administer the system.</summary>
internal static class QubesGroup
{
    private const string Name = "qubes";
    private const int Fields = 4;

    /// <summary>Its first member, as whom programs run that need no rights; null when there is none.</summary>
    internal static string? FirstMember(RootedPaths paths)
    {
        try
        {
            foreach (var line in File.ReadLines(paths.OnDisk("/etc/group")))
            {
                if (line.Split(':') is { Length: Fields } fields && fields[0] == Name)
                {
                    return fields[^1].Split(',')[0].Trim() is { Length: > 0 } member ? member : null;
                }
            }
        }
        catch (IOException)
        {
            // No such file: no such group.
        }

        return null;
    }
}

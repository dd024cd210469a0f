using Qubes.Cqrs.EndToEnd.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The files to install, as they lie in the repository.</summary>
internal static class Package
{
    /// <summary>The folder that stands for <c>/</c>.</summary>
    internal static string Root { get; } = Path.Combine(Repository.Root, "packaging");

    /// <summary>One of them.</summary>
    internal static string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Those below a folder, by their path below <see cref="Root"/>; links are not followed.</summary>
    internal static IEnumerable<string> Below(string folder) =>
        from file in new DirectoryInfo(At(folder)).EnumerateFiles("*", SearchOption.AllDirectories)
        orderby file.FullName
        select Path.GetRelativePath(Root, file.FullName);
}

namespace Qubes.Cqrs.Api;

/// <summary>A file to install that is written from the method table.</summary>
/// <param name="Path">Where it lies below the folder <c>packaging</c>, which stands for <c>/</c>.</param>
/// <param name="Content">Its text; for a link, where it leads.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
internal sealed record PackagedFile(string Path, string Content, bool IsLink);

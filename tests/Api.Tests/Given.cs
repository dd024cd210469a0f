namespace Qubes.Cqrs.Api.Tests;

/// <summary>Files that the tests hold the code against.</summary>
internal static class Given
{
    internal static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Given", name);

    internal static string Text(string name) => File.ReadAllText(Path(name));
}

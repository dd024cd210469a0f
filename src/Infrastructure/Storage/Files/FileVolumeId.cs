using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The id of a volume in a pool of files, taken apart.</summary>
/// <param name="Kind"><c>appvms</c> or <c>vm-templates</c>.</param>
/// <param name="Qube">The folder of the qube.</param>
/// <param name="Name">The volume's name, with which its files' names begin.</param>
/// <remarks>Source: spec, storage 3 (vid formats) and 6 (directories).</remarks>
internal readonly record struct FileVolumeId(string Kind, string Qube, string Name)
{
    private const int MostCharacters = 128;

    /// <summary>The folders of a pool that hold qubes' folders.</summary>
    internal static readonly string[] Kinds = ["appvms", "vm-templates"];

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    // With such an ending it could not be told whose files they are.
    private static readonly string[] Taken = ["-dirty", "-precache", "-import", "-cow", ".img"];

    /// <summary>The id of a volume.</summary>
    /// <exception cref="StorageRefusedException">It has another form.</exception>
    internal static FileVolumeId Of(string vid) => TryParse(vid, out var id) ? id : throw new StorageRefusedException($"{PythonText.Repr(vid)} is not the id of a volume in files");

    /// <summary>Takes an id apart.</summary>
    internal static bool TryParse(string vid, [NotNullWhen(true)] out FileVolumeId id)
    {
        var parts = vid.Split('/', 4);
        id = parts.Length == 3 ? new FileVolumeId(parts[0], parts[1], parts[2]) : default;
        return parts.Length == 3 && Kinds.Contains(parts[0], StringComparer.Ordinal) && IsName(parts[1]) && IsName(parts[2]) &&
            !Taken.Any(ending => parts[2].EndsWith(ending, StringComparison.Ordinal));
    }

    /// <summary>Whether a text can be the name of a qube's folder or of a volume.</summary>
    internal static bool IsName(string text) =>
        text.Length is > 0 and <= MostCharacters && char.IsAsciiLetterOrDigit(text[0]) && !text.AsSpan().ContainsAnyExcept(Allowed);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}/{Qube}/{Name}";
}

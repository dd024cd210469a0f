namespace Qubes.Cqrs.Domain;

/// <summary>What lies at a path of the policy.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The whole text of a file; empty otherwise.</param>
/// <param name="Fault">Why a file cannot be read as text, in the words of the original; null when it can.</param>
/// <param name="RealPath">Where it lies when links led there; null when none did.</param>
public sealed record PolicyFile(PolicyFileKind Kind, string Text = "", string? Fault = null, string? RealPath = null)
{
    /// <summary>Nothing lies there.</summary>
    public static readonly PolicyFile Missing = new(PolicyFileKind.Missing);

    /// <summary>A folder.</summary>
    public static readonly PolicyFile Folder = new(PolicyFileKind.Folder);

    /// <summary>Neither a file nor a folder.</summary>
    public static readonly PolicyFile Other = new(PolicyFileKind.Other);

    /// <summary>A file that is about to be removed: it says nothing any more, and nothing may include it.</summary>
    public static readonly PolicyFile Leaving = new(PolicyFileKind.File);

    /// <summary>A file with a text.</summary>
    public static PolicyFile Of(string text) => new(PolicyFileKind.File, text);

    /// <summary>A file whose content is no text, or that cannot be read.</summary>
    public static PolicyFile Unreadable(string fault) => new(PolicyFileKind.File, Fault: fault);

    /// <summary>Whether it is a file.</summary>
    public bool IsFile => Kind == PolicyFileKind.File;

    /// <summary>The lines of a file, without what ends them.</summary>
    public string[] Lines() => Text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r');
}

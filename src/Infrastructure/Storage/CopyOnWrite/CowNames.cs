namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names of the files of a volume in a <c>file</c> pool.</summary>
/// <param name="Volume">The volume's name.</param>
/// <remarks>Source: spec, storage 5 (layout).</remarks>
internal readonly record struct CowNames(string Volume)
{
    /// <summary>The data.</summary>
    internal string Image => Volume + ".img";

    /// <summary>The blocks as they were before the run, or what a snapshot writes.</summary>
    internal string Cow => Volume + "-cow.img";

    /// <summary>The blocks as they were before the last run.</summary>
    internal string OldCow => Volume + "-cow.img.old";

    /// <summary>New data that is to take the volume's place.</summary>
    internal string Import => Volume + "-import.img";

    /// <summary>All of them, the data last.</summary>
    internal string[] All => [Import, OldCow, Cow, Image];

    /// <summary>Whether a name is one under which work on the volume is done before it takes its place.</summary>
    internal bool IsTemporary(string name)
    {
        var end = name.IndexOf('~', StringComparison.Ordinal);
        return end > 0 && All.Contains(name[..end], StringComparer.Ordinal);
    }
}

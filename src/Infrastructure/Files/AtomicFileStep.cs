namespace Qubes.Cqrs.Infrastructure;

/// <summary>The steps of replacing a file. Up to and including <see cref="Rename"/>, a failure leaves the old file as it was.</summary>
public enum AtomicFileStep
{
    /// <summary>Making the temporary file beside it.</summary>
    Create,

    /// <summary>Writing the content.</summary>
    Write,

    /// <summary>Setting group and mode.</summary>
    Own,

    /// <summary>Bringing the content to the disk.</summary>
    Sync,

    /// <summary>Putting it in the old one's place.</summary>
    Rename,

    /// <summary>Bringing the new name to the disk: the new file is in place, but a power failure might bring the old one back.</summary>
    SyncFolder,
}

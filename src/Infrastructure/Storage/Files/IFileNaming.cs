namespace Qubes.Cqrs.Infrastructure;

/// <summary>Which files of a qube's folder are those of a volume.</summary>
internal interface IFileNaming
{
    /// <summary>Whether a file is one that a volume keeps, its revisions and new data for it included.</summary>
    bool Owns(string volume, string file);

    /// <summary>Whether only unfinished or derived data can lie under a name, whosoever it was.</summary>
    bool IsPartial(string file);
}

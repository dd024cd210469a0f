using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A pool of one driver to try the driver on: the suite makes volumes and looks at data only through this.</summary>
public abstract class StorageBench : IDisposable
{
    /// <summary>The size of volumes.</summary>
    public const long Size = 1 << 20;

    private const int Piece = 64 << 10;

    /// <summary>The pool, set up and empty.</summary>
    public abstract Pool Pool { get; }

    /// <summary>What the driver offers.</summary>
    public abstract DriverTraits Traits { get; }

    /// <summary>The driver as a fresh daemon has it.</summary>
    public abstract IVolumeDriver Driver(IStorageSteps? steps = null);

    /// <summary>The id of a volume.</summary>
    public abstract string IdOf(string qube, string volume);

    /// <summary>The path that a run of a volume writes to, as clients see it.</summary>
    public abstract string RunPath(DriverVolume volume);

    /// <summary>Whether the committed data of a volume can be exported as it is now.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="isDirty">Whether a run of it was not stopped: without snapshots it writes to the very data.</param>
    public virtual bool CanExport(DriverVolume volume, bool isDirty) => volume.Config.RevisionsToKeep != -1 || !isDirty;

    /// <summary>Where a path lies that clients see.</summary>
    public virtual string OnDisk(string path) => path;

    /// <summary>The names of everything in the pool that is left of volumes, for a message.</summary>
    public abstract IReadOnlyList<string> Remains();

    /// <summary>Puts something into the pool that only an interrupted operation on a volume can have left; false when there is no such thing.</summary>
    public abstract bool LeaveBehind(DriverVolume volume);

    /// <summary>A volume whose data lasts.</summary>
    public DriverVolume Origin(string qube = "work", string name = "private", long revisions = 1) => new(Pool, IdOf(qube, name), new VolumeConfig
    {
        Name = name,
        Pool = Pool.Name,
        Vid = IdOf(qube, name),
        Rw = true,
        SaveOnStop = true,
        RevisionsToKeep = revisions,
        SizeBytes = Size,
    });

    /// <summary>A volume that starts as a copy of another one.</summary>
    public DriverVolume Snapshot(DriverVolume source, string qube = "work") => new(Pool, IdOf(qube, "root"), new VolumeConfig
    {
        Name = "root",
        Pool = Pool.Name,
        Vid = IdOf(qube, "root"),
        Rw = true,
        SnapOnStart = true,
        RevisionsToKeep = 1,
        SizeBytes = Size,
        Source = source.Vid,
    })
    { Source = source };

    /// <summary>A volume that is empty at each start.</summary>
    public DriverVolume Volatile(string qube = "work") => new(Pool, IdOf(qube, "volatile"), new VolumeConfig
    {
        Name = "volatile",
        Pool = Pool.Name,
        Vid = IdOf(qube, "volatile"),
        Rw = true,
        RevisionsToKeep = 1,
        SizeBytes = Size,
    });

    /// <summary>Writes a letter at the beginning and at the end of what lies at a path.</summary>
    public virtual void Write(string path, char letter)
    {
        var piece = new byte[Piece];
        Array.Fill(piece, (byte)letter);
        using var file = File.OpenHandle(OnDisk(path), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        RandomAccess.Write(file, piece, 0);
        RandomAccess.Write(file, piece, Math.Max(Piece, RandomAccess.GetLength(file)) - Piece);
    }

    /// <summary>The letter that was written, <c>-</c> for none; anything else is a mixture of two states.</summary>
    public virtual char Read(string path)
    {
        using var file = File.OpenHandle(OnDisk(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var piece = new byte[Piece];
        Assert.Equal(Piece, RandomAccess.Read(file, piece, 0));
        var letter = Assert.Single(piece.Distinct());
        Assert.Equal(Piece, RandomAccess.Read(file, piece, RandomAccess.GetLength(file) - Piece));
        Assert.Equal(letter, Assert.Single(piece.Distinct()));
        return letter == 0 ? '-' : (char)letter;
    }

    /// <summary>The length of what lies at a path.</summary>
    public virtual long LengthOf(string path) => new FileInfo(OnDisk(path)).Length;

    /// <inheritdoc/>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

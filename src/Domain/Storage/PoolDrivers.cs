namespace Qubes.Cqrs.Domain;

/// <summary>The storage drivers.</summary>
/// <remarks>Source: spec, storage 1; admin-api.yaml, admin.pool.ListDrivers.</remarks>
public static class PoolDrivers
{
    /// <summary>Files with copies of what was written.</summary>
    public const string File = "file";

    /// <summary>Files that share their blocks.</summary>
    public const string FileReflink = "file-reflink";

    /// <summary>Thin volumes of LVM.</summary>
    public const string LvmThin = "lvm_thin";

    /// <summary>Volumes of ZFS.</summary>
    public const string Zfs = "zfs";

    /// <summary>The installed kernels.</summary>
    public const string LinuxKernel = "linux-kernel";

    /// <summary>Another driver with programs called around it.</summary>
    public const string Callback = "callback";

    /// <summary>How many revisions new volumes keep.</summary>
    public const string Revisions = "revisions_to_keep";

    /// <summary>Whether new volatile volumes are encrypted with a throw-away key.</summary>
    public const string Ephemeral = "ephemeral_volatile";

    /// <summary>The folder of a pool of files or kernels.</summary>
    public const string DirPath = "dir_path";

    /// <summary>Whether the file system has to share blocks.</summary>
    public const string SetupCheck = "setup_check";

    /// <summary>The volume group of a thin pool.</summary>
    public const string VolumeGroup = "volume_group";

    /// <summary>The thin pool's name within its volume group.</summary>
    public const string ThinPool = "thin_pool";

    /// <summary>The dataset that holds a pool of ZFS.</summary>
    public const string Container = "container";

    /// <summary>Which entry of the configuration file a callback pool takes.</summary>
    public const string ConfId = "conf_id";

    private const string Forensics = "snap_on_start_forensics";

    /// <summary>All drivers, in the order of the API.</summary>
    public static readonly EquatableArray<PoolDriver> All =
    [
        new(Callback, [Required(ConfId)], ["name", "driver", ConfId]),
        new(File, [Number(Revisions, "1"), Required(DirPath), Strict(Ephemeral)], ["name", DirPath, "driver", Revisions, Ephemeral]),
        new(
            FileReflink,
            [Number(Revisions, "1"), Required(DirPath), Truth(SetupCheck, "True"), Strict(Ephemeral)],
            ["name", DirPath, "driver", Revisions, Ephemeral]),
        new(LinuxKernel, [Required(DirPath)], ["name", DirPath, "driver"]),
        new(
            LvmThin,
            [Number(Revisions, "1"), Required(VolumeGroup), Required(ThinPool), Strict(Ephemeral)],
            ["name", VolumeGroup, ThinPool, "driver", Revisions, Ephemeral]),
        new(
            Zfs,
            [Number(Revisions, "1"), Required(Container), Strict(Ephemeral), Truth(Forensics, "False")],
            ["name", Container, "driver", Revisions, Ephemeral, Forensics]),
    ];

    /// <summary>A driver by name, or null.</summary>
    public static PoolDriver? Find(string name) => All.FirstOrDefault(driver => driver.Name == name);

    private static PoolOption Required(string name) => new(name, PoolOptionKind.Text, null);

    private static PoolOption Number(string name, string otherwise) => new(name, PoolOptionKind.Number, otherwise);

    private static PoolOption Truth(string name, string otherwise) => new(name, PoolOptionKind.Truth, otherwise);

    private static PoolOption Strict(string name) => new(name, PoolOptionKind.StrictTruth, "False");
}

using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Api;

/// <summary>Which file a path names, links not followed: two with the same identity are the same file.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode, bool IsSocket)
{
    // Offsets in struct statx, which is the same on every machine (statx(2)).
    private const int StatusBytes = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceMajorAt = 136;
    private const int DeviceMinorAt = 140;

    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFields = 0x7ff;
    private const int TypeMask = 0xf000;
    private const int SocketType = 0xc000;

    /// <summary>The file at the path; null when there is none.</summary>
    internal static FileIdentity? Of(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        if (LibC.Status(CurrentFolder, path, NoFollow, BasicFields, status) < 0)
        {
            if (Marshal.GetLastPInvokeError() == LibC.NoEntry)
            {
                return null;
            }

            LibC.Check(-1, $"cannot look at {path}");
        }

        return new FileIdentity(
            MemoryMarshal.Read<uint>(status[DeviceMajorAt..]),
            MemoryMarshal.Read<uint>(status[DeviceMinorAt..]),
            MemoryMarshal.Read<ulong>(status[InodeAt..]),
            (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeMask) == SocketType);
    }
}

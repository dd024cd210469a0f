using System.Runtime.CompilerServices;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A test of the real library; skipped where it is not installed, which <c>scripts/test</c> does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibvirtFactAttribute : FactAttribute
{
    public LibvirtFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!LibvirtLibrary.IsInstalled)
        {
            Skip = "libvirt.so.0 is not installed (apt-get install libvirt0)";
        }
    }
}

using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The kernels of a host, looked at or read from the log.</summary>
public sealed class KernelFolderTests : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory();

    public void Dispose() => root.Delete(recursive: true);

    [Fact]
    public void What_lies_in_a_kernel_s_folder_is_seen()
    {
        Add("a", "vmlinuz", "initramfs", "modules.img", "memory-hotplug-supported");
        Add("b", "vmlinuz");
        Assert.Equal(
            [
                new HostKernel("a", true) { HasInitramfs = true, HasModules = true, SupportsMemoryHotplug = true },
                new HostKernel("b", true),
            ],
            KernelFolders.Scan(root.FullName));
    }

    [Fact]
    public void A_row_from_before_these_files_were_looked_for_can_be_read()
    {
        const string kernel = """{"Name":"6.6.1","HasImage":true,"CommonOptions":"a","PciOptions":null,"NoPciOptions":null}""";
        const string row = "{\"Facts\":{\"Hypervisor\":\"xen\",\"Kernels\":[" + kernel + "],\"PciDevices\":[],\"BlockDevices\":[]}}";
        var observed = Assert.IsType<HostObserved>(EventSerializer.Default.Read("host-observed", Encoding.UTF8.GetBytes(row)));
        Assert.Equal([new HostKernel("6.6.1", true) { CommonOptions = "a" }], observed.Facts.Kernels);
    }

    private void Add(string kernel, params string[] files)
    {
        var folder = root.CreateSubdirectory(kernel);
        Array.ForEach(files, file => File.WriteAllText(Path.Combine(folder.FullName, file), ""));
    }
}

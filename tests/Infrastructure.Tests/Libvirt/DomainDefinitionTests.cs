using System.Xml.Linq;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class DomainDefinitionTests
{
    private static readonly QubeId Qube = new(Guid.Parse("11111111-2222-3333-4444-555555555555"));

    [Theory]
    [InlineData("<domain><devices><console type='pty' tty='/dev/pts/7'/></devices></domain>", "/dev/pts/7")]
    [InlineData("<domain><devices><console type='pty'><source path='/dev/pts/8'/></console></devices></domain>", "/dev/pts/8")]
    [InlineData("<domain><devices><serial type='pty'><source path='/dev/pts/9'/></serial></devices></domain>", "/dev/pts/9")]
    [InlineData("<domain><devices><console type='file'><source path='/tmp/x'/></console></devices></domain>", null)]
    [InlineData("<domain><devices><console type='pty' tty='pts/7'/></devices></domain>", null)]
    [InlineData("<domain><devices><console type='pty'/></devices></domain>", null)]
    [InlineData("<domain/>", null)]
    [InlineData("", null)]
    [InlineData("<!DOCTYPE d [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><domain>&e;</domain>", null)]
    public void The_terminal_of_a_console_is_read_from_the_definition(string xml, string? terminal) => Assert.Equal(terminal, DomainDefinition.TerminalIn(xml));

    [Theory]
    [InlineData("test:///default", typeof(TestDialect))]
    [InlineData("test:///some/file.xml", typeof(TestDialect))]
    [InlineData("qemu:///system", typeof(QemuDialect))]
    [InlineData("qemu+unix:///system?socket=/tmp/x", typeof(QemuDialect))]
    [InlineData("xen:///system", null)]
    [InlineData("", null)]
    public void A_connection_has_its_dialect(string uri, Type? dialect) => Assert.Equal(dialect, DomainDialects.For(uri)?.GetType());

    [Fact]
    public void Nothing_in_a_name_or_an_argument_becomes_markup()
    {
        var domain = new PlainDomain(Qube, "a<b>&\"'", 100, 2) { Kernel = "/boot/k&x", InitialDisk = "/boot/<i>", KernelArguments = "a='<&>'" };
        var xml = XElement.Parse(new QemuDialect().Define(domain));
        Assert.Equal("a<b>&\"'", xml.Element("name")!.Value);
        Assert.Equal(("/boot/k&x", "/boot/<i>", "a='<&>'"), (xml.Element("os")!.Element("kernel")!.Value, xml.Element("os")!.Element("initrd")!.Value, xml.Element("os")!.Element("cmdline")!.Value));
        Assert.Equal("11111111-2222-3333-4444-555555555555", xml.Element("uuid")!.Value);
    }
}

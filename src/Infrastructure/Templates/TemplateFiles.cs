using System.Xml;
using System.Xml.Linq;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The files with which a user changes definitions.</summary>
/// <param name="paths">Where they lie.</param>
/// <remarks>Source: spec, lifecycle.md 9 (template search).</remarks>
internal sealed class TemplateFiles(RootedPaths paths)
{
    private const int MostBytes = 64 * 1024;
    private const string Own = "/etc/qubes/templates";
    private const string Shipped = "/usr/share/qubes/templates";
    private const string BuiltIn = "libvirt/xen.xml";

    /// <summary>The file on disk that counts for a qube, or null.</summary>
    /// <param name="qube">The qube's name.</param>
    internal string? Find(string qube) => Candidates(qube).Select(paths.OnDisk).FirstOrDefault(File.Exists);

    /// <summary>Reads a file: XML without a document type, so that nothing else is read with it.</summary>
    /// <exception cref="TemplateException">It is too large, no XML, or cannot be read.</exception>
    internal static XElement Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                throw new TemplateException($"it has more than {MostBytes} bytes");
            }

            using var reader = XmlReader.Create(path, new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                MaxCharactersInDocument = MostBytes,
                IgnoreWhitespace = true,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
            return XElement.Load(reader);
        }
        catch (XmlException exception)
        {
            throw new TemplateException($"{exception.Message} (templates are XML and no Jinja: docs/domain-xml.md)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TemplateException(exception.Message);
        }
    }

    // What the original brings as its own definition is built in here.
    private static IEnumerable<string> Candidates(string qube) =>
        from name in new[] { $"libvirt/xen/by-name/{qube}.xml", "libvirt/xen-user.xml", "libvirt/xen-dist.xml", BuiltIn }
        from folder in new[] { Own, Shipped }
        where folder == Own || name != BuiltIn
        select $"{folder}/{name}";
}

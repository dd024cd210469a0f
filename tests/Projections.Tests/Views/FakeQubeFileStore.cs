using System.Text;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>The files of qubes in memory; some paths can be made to fail.</summary>
internal sealed class FakeQubeFileStore : IQubeFileStore
{
    private readonly Lock gate = new();

    public SortedDictionary<string, string> Files { get; } = new(StringComparer.Ordinal);

    public List<string> Writes { get; } = [];

    public HashSet<string> Expected { get; } = [];

    public HashSet<string> Broken { get; } = [];

    public Task ExpectAsync(IReadOnlyCollection<QubeFile> files, CancellationToken ct)
    {
        Expected.UnionWith(files.Select(file => file.Path));
        return Task.CompletedTask;
    }

    public Task WriteAsync(QubeFile file, CancellationToken ct)
    {
        lock (gate)
        {
            Assert.Contains(file.Path, Expected);
            if (Broken.Contains(file.Path))
            {
                throw new IOException(file.Path);
            }

            Writes.Add(file.Path);
            if (file.Content is { } content)
            {
                Files[file.Path] = Encoding.UTF8.GetString(content.Span);
            }
            else
            {
                Files.Remove(file.Path);
            }
        }

        return Task.CompletedTask;
    }
}

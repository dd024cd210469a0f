using System.Text;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>A file in memory that fails and waits when told to.</summary>
internal sealed class FakeViewFile : IViewFile
{
    public List<string> Writes { get; } = [];

    public string Content => Writes[^1];

    /// <summary>What the next writes throw.</summary>
    public Queue<Exception> Failures { get; } = [];

    /// <summary>What each write waits for.</summary>
    public Task Open { get; set; } = Task.CompletedTask;

    public async Task WriteAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await Open.WaitAsync(ct);
        if (Failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        Writes.Add(Encoding.UTF8.GetString(content.Span));
    }
}

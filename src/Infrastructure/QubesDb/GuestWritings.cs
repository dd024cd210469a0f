using System.Text;
using System.Text.Json;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What the guests of a simulated host write into their databases while it runs: a file that may be replaced at any time.</summary>
/// <param name="file">A JSON object by qube, of objects by path; null where no guest writes.</param>
internal sealed class GuestWritings(string? file)
{
    private const int MostBytes = 1 << 20;

    /// <summary>The keys of a qube that begin with the prefix.</summary>
    internal IEnumerable<KeyValuePair<string, byte[]>> Of(string qube, string prefix)
    {
        if (file is null || !File.Exists(file) || new FileInfo(file).Length > MostBytes)
        {
            yield break;
        }

        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        if (document.RootElement.TryGetProperty(qube, out var keys))
        {
            foreach (var key in keys.EnumerateObject().Where(key => key.Name.StartsWith(prefix, StringComparison.Ordinal)))
            {
                yield return new(key.Name, Encoding.UTF8.GetBytes(key.Value.GetString() ?? ""));
            }
        }
    }
}

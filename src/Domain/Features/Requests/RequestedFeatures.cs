using System.Buffers;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>The features that a qube asks for, in the order in which it is taken to have asked.</summary>
/// <remarks>Source: spec, admin-api.yaml, qubes.FeaturesRequest and qubes.NotifyTools; qubesdb.md 5.</remarks>
public sealed class RequestedFeatures
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const string OfAgentCharacters = Letters + "-.,_= ";

    private static readonly SearchValues<byte> AgentSafe = SearchValues.Create(Encoding.ASCII.GetBytes(OfAgentCharacters));
    private static readonly SearchValues<byte> ToolsSafe = SearchValues.Create(Encoding.ASCII.GetBytes(Letters));
    private static readonly string[] Tools = ["qrexec", "gui", "gui-emulated", "default-user", "os"];

    private readonly Dictionary<string, string> byName = new(StringComparer.Ordinal);

    private RequestedFeatures(IEnumerable<KeyValuePair<string, string>> features)
    {
        All = [.. features];
        foreach (var (name, value) in All)
        {
            byName[name] = value;
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All { get; }

    /// <summary>What the agent of a qube has written, by name.</summary>
    /// <exception cref="InvalidRequestException">A value holds a character that none may hold.</exception>
    public static RequestedFeatures OfAgent(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> untrusted) =>
        new(untrusted.Where(entry => IsName(entry.Key)).Select(entry => KeyValuePair.Create(entry.Key, Value(entry.Value.Span, AgentSafe, OfAgentCharacters))));

    /// <summary>What the older tools of a qube have written; whatever they do not know is left out, and so is what is empty.</summary>
    /// <exception cref="InvalidRequestException">A value holds a character that none may hold.</exception>
    public static RequestedFeatures OfTools(IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> untrusted)
    {
        var written = untrusted.Where(entry => Tools.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value);
        return new(Tools
            .Where(tool => written.TryGetValue(tool, out var value) && !value.IsEmpty)
            .Select(tool => KeyValuePair.Create(tool, Value(written[tool].Span, ToolsSafe, Letters))));
    }

    /// <summary>The value that is asked for, or null.</summary>
    public string? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The features as announcements show them.</summary>
    public override string ToString() => $"{{{string.Join(", ", All.Select(entry => $"{PythonText.Repr(entry.Key)}: {PythonText.Repr(entry.Value)}"))}}}";

    // Paths in a database are printable ASCII: nobody can ask for anything else.
    private static bool IsName(string untrustedName) => untrustedName.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0;

    private static string Value(ReadOnlySpan<byte> untrustedValue, SearchValues<byte> safe, string characters) => untrustedValue.IndexOfAnyExcept(safe) < 0
        ? Encoding.ASCII.GetString(untrustedValue)
        : throw new InvalidRequestException("Value outside safe set: " + characters);
}

using YamlDotNet.Serialization;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What we answer where the original had kept a change that it refused (Transcripts/after-refusal.yaml).</summary>
/// <remarks>No recording can tell: ours answers as if the refused change had never been (spec/decisions.md, 5).</remarks>
internal static class AfterRefusal
{
    private static readonly Dictionary<string, string> Replies = Read();

    /// <summary>The reply, <c>as recorded</c>, or null when nobody has written it down yet.</summary>
    public static string? For(string id) => Replies.GetValueOrDefault(id);

    private static Dictionary<string, string> Read() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>>(
            File.ReadAllText(Path.Combine(Repository.Transcripts, "after-refusal.yaml"))) ?? [];
}

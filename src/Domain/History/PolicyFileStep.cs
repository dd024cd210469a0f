using System.Security.Cryptography;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Gives a file of the policy its earlier text, or removes it.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Content">The whole text; null removes the file.</param>
/// <param name="Old">The text before; null when it was not there, or held no text.</param>
public sealed record PolicyFileStep(string Path, string? Content, string? Old) : Step
{
    private const int DigestLength = 12;

    /// <inheritdoc/>
    public override string Key => "policy " + Path;

    /// <inheritdoc/>
    public override string Call =>
        (Path.StartsWith(PolicyLocations.Includes + "/", StringComparison.Ordinal) ? "policy.include." : "policy.") + (Content is null ? "Remove" : "Replace");

    /// <inheritdoc/>
    public override string Text => Content is null
        ? $"policy file {Path} removed (now {Length(Old)})"
        : $"policy file {Path} = {Length(Content)}, sha256 {Digest(Content)} (now {(Old is null ? "not there" : Length(Old))})";

    /// <inheritdoc/>
    public override bool IsDone(World world) => world.Policy.Entries.GetValueOrDefault(Path) == (Content is null ? null : PolicyFile.Of(Content));

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        PolicyKnowledge.CheckPath(Path);
        if (Content is null)
        {
            PolicyKnowledge.Remove(draft, Path);
            return;
        }

        PolicyKnowledge.CheckText(Content);
        PolicyKnowledge.Set(draft, Path, Content);
    }

    // A text that ends as it should has as many lines as line feeds.
    private static string Length(string? text)
    {
        var lines = text is null or "" ? 0 : text.Count(character => character == '\n') + (text.EndsWith('\n') ? 0 : 1);
        return lines == 1 ? "1 line" : FormattableString.Invariant($"{lines} lines");
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..DigestLength];
}

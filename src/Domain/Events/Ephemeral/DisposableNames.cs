using System.Buffers;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Knows the names and identities that must not reach a persistent disk: those of the disposables of one or two states.</summary>
/// <param name="before">A state.</param>
/// <param name="after">Another one: a decision may begin or end a disposable.</param>
public sealed class DisposableNames(World before, World after)
{
    /// <summary>What stands in the place of a name or an identity.</summary>
    public const string Placeholder = "@disposable";

    // A name has at most 31 characters, so at most that many parts.
    private const int MostParts = 16;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Whether a text is the name of a disposable, or its identity.</summary>
    public bool Has(string text) => HasName(before, text) || HasName(after, text) || (QubeId.TryParse(text, out var id) && Has(id));

    /// <summary>Whether a qube is a disposable.</summary>
    public bool Has(QubeId id) => Has(before, id) || Has(after, id);

    /// <summary>The text with a placeholder for each word that is a name or an identity.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="inParts">Whether a part between hyphens counts as a word, as in <c>created-by-NAME</c>.</param>
    /// <returns>The text itself when it names none.</returns>
    public string Hide(string text, bool inParts)
    {
        StringBuilder? hidden = null;
        var done = 0;
        for (var start = 0; start < text.Length; start++)
        {
            var length = text.AsSpan(start).IndexOfAnyExcept(NameCharacters) is >= 0 and var end ? end : text.Length - start;
            var word = text.Substring(start, length);
            if (length > 0 && HideWord(word, inParts) is var shown && shown != word)
            {
                (hidden ??= new StringBuilder()).Append(text, done, start - done).Append(shown);
                done = start + length;
            }

            start += length;
        }

        return hidden?.Append(text, done, text.Length - done).ToString() ?? text;
    }

    /// <summary>Whether a text ends in a name that stands by itself or after a hyphen: a tag that names a disposable.</summary>
    public bool EndsTag(string tag)
    {
        for (var start = 0; start >= 0 && start < tag.Length; start = tag.IndexOf('-', start) is >= 0 and var hyphen ? hyphen + 1 : -1)
        {
            if (Has(tag[start..]))
            {
                return true;
            }
        }

        return false;
    }

    private string HideWord(string word, bool inParts)
    {
        if (Has(word))
        {
            return Placeholder;
        }

        if (!inParts || !word.Contains('-', StringComparison.Ordinal))
        {
            return word;
        }

        var parts = word.Split('-');
        for (var first = 0; first < parts.Length; first++)
        {
            for (var count = Math.Min(parts.Length - first, MostParts); count > 0; count--)
            {
                if (Has(string.Join('-', parts, first, count)))
                {
                    string[] rest = first + count == parts.Length ? [] : [HideWord(string.Join('-', parts[(first + count)..]), inParts)];
                    return string.Join('-', [.. parts[..first], Placeholder, .. rest]);
                }
            }
        }

        return word;
    }

    private static bool HasName(World world, string name) => world.Find(name) is { } qube && Has(world, qube.Id);

    private static bool Has(World world, QubeId id) => world.Qubes.ContainsKey(id) && !world.Kept.Qubes.ContainsKey(id);
}

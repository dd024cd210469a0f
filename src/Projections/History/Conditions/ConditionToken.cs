using System.Text;

namespace Qubes.Cqrs.Projections;

/// <summary>A word of a condition.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="Column">Where it begins, counted from 1.</param>
/// <param name="Dot">Where the first dot outside of quotes stands in <paramref name="Text"/>; -1 without one.</param>
internal readonly record struct ConditionToken(ConditionTokenKind Kind, string Text, int Column, int Dot)
{
    private const int MostLetters = 4096;

    /// <summary>The words of a text, the last one of kind <see cref="ConditionTokenKind.End"/>.</summary>
    /// <exception cref="ConditionException">A sign that has no meaning, or quotes that do not end.</exception>
    public static List<ConditionToken> Read(string text)
    {
        if (text.Length > MostLetters)
        {
            throw new ConditionException(MostLetters + 1, "it is too long");
        }

        var tokens = new List<ConditionToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else
            {
                tokens.Add(Next(text, ref at));
            }
        }

        tokens.Add(new ConditionToken(ConditionTokenKind.End, "", text.Length + 1, -1));
        return tokens;
    }

    private static ConditionToken Next(string text, ref int at)
    {
        var start = at;
        if (text[at] is '(' or ')')
        {
            return new ConditionToken(ConditionTokenKind.Sign, text[at++].ToString(), start + 1, -1);
        }

        if (text[at] is '=' or '!' or '<' or '>')
        {
            var length = at + 1 < text.Length && text[at + 1] == '=' ? 2 : 1;
            at += length;
            return text[start..at] is "=" or "!"
                ? throw new ConditionException(start + 1, $"'{text[start]}' means nothing; equal is ==, different is !=")
                : new ConditionToken(ConditionTokenKind.Sign, text[start..at], start + 1, -1);
        }

        return Word(text, ref at);
    }

    private static ConditionToken Word(string text, ref int at)
    {
        var start = at;
        var word = new StringBuilder();
        var (dot, isQuoted) = (-1, text[at] is '"' or '\'');
        while (at < text.Length && (text[at] is '"' or '\'' || IsWordLetter(text[at])))
        {
            if (text[at] is '"' or '\'')
            {
                Quoted(text, ref at, word);
                continue;
            }

            dot = dot < 0 && text[at] == '.' ? word.Length : dot;
            word.Append(text[at++]);
        }

        if (at == start)
        {
            throw new ConditionException(start + 1, $"'{text[start]}' means nothing here; put texts in quotes");
        }

        var kind = isQuoted && dot < 0 ? ConditionTokenKind.Text
            : char.IsAsciiDigit(text[start]) || text[start] is '-' or ':' or '/' ? ConditionTokenKind.Text
            : ConditionTokenKind.Word;
        return new ConditionToken(kind, word.ToString(), start + 1, dot);
    }

    private static void Quoted(string text, ref int at, StringBuilder word)
    {
        var end = text.IndexOf(text[at], at + 1);
        word.Append(end < 0 ? throw new ConditionException(at + 1, "these quotes do not end") : text.AsSpan(at + 1, end - at - 1));
        at = end + 1;
    }

    private static bool IsWordLetter(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or '+' or ':' or '/' or '@' or '*';
}

/// <summary>The kinds of words.</summary>
internal enum ConditionTokenKind
{
    /// <summary>A word or a path.</summary>
    Word,

    /// <summary>A number or a text in quotes.</summary>
    Text,

    /// <summary>A parenthesis or a comparison.</summary>
    Sign,

    /// <summary>After the last one.</summary>
    End,
}

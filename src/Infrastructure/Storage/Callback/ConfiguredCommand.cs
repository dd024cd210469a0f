using System.Buffers;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Takes a command of the configuration apart into words, as POSIX quotes them. No shell is started: what only a shell could do is refused.</summary>
/// <remarks>Quotes and backslashes as in the Shell Command Language, 2.2. Whoever needs pipes, variables or patterns puts them into a script and names that.</remarks>
internal static class ConfiguredCommand
{
    // Without quotes these would mean something to a shell; between double quotes the last two still would.
    private static readonly SearchValues<char> Special = SearchValues.Create("|&;<>()*?[]{}~#!$`");
    private static readonly SearchValues<char> SpecialInQuotes = SearchValues.Create("$`");
    private static readonly SearchValues<char> EscapedInQuotes = SearchValues.Create("$`\"\\");

    /// <summary>The words of a command; none for an empty one.</summary>
    /// <exception cref="StorageRefusedException">A quote is not closed, or it takes a shell.</exception>
    internal static List<string> Split(string command)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        for (var at = 0; at < command.Length; at++)
        {
            var letter = command[at];
            if (letter is ' ' or '\t' or '\n')
            {
                Finish(words, ref word);
                continue;
            }

            word ??= new StringBuilder();
            at = letter switch
            {
                '\'' => TakeSingle(command, at + 1, word),
                '"' => TakeDouble(command, at + 1, word),
                '\\' => TakeEscaped(command, at + 1, word),
                _ => TakePlain(command, at, word),
            };
        }

        Finish(words, ref word);
        return words;
    }

    private static void Finish(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
            word = null;
        }
    }

    // Each of these gives the place of the last letter that it took.
    private static int TakePlain(string command, int at, StringBuilder word)
    {
        var letter = command[at];
        if (Special.Contains(letter) || char.IsControl(letter))
        {
            throw Refused(command, $"{PythonText.Repr(letter.ToString())} would need a shell");
        }

        word.Append(letter);
        return at;
    }

    private static int TakeEscaped(string command, int at, StringBuilder word)
    {
        word.Append(at < command.Length ? command[at] : throw Refused(command, "nothing follows the backslash"));
        return at;
    }

    private static int TakeSingle(string command, int at, StringBuilder word)
    {
        var end = command.IndexOf('\'', at);
        word.Append(command.AsSpan(at, (end < 0 ? throw Refused(command, "a quote is not closed") : end) - at));
        return end;
    }

    private static int TakeDouble(string command, int at, StringBuilder word)
    {
        for (; at < command.Length && command[at] != '"'; at++)
        {
            if (SpecialInQuotes.Contains(command[at]))
            {
                throw Refused(command, $"{PythonText.Repr(command[at].ToString())} would need a shell");
            }

            if (command[at] == '\\' && at + 1 < command.Length && EscapedInQuotes.Contains(command[at + 1]))
            {
                at++;
            }

            word.Append(command[at]);
        }

        return at < command.Length ? at : throw Refused(command, "a quote is not closed");
    }

    private static StorageRefusedException Refused(string command, string why) => new($"The command {PythonText.Repr(command)} cannot be used: {why}");
}

using System.CommandLine;

namespace Qubes.Cqrs.Cli;

/// <summary><c>completion</c>: a script by which a shell completes verbs, options, qubes and properties.</summary>
internal static class CompletionVerb
{
    // The program itself knows what fits: "[suggest:N] LINE" prints it, N being how many characters of the line count.
    private const string Bash = """
        # bash completion for qubes-history
        _qubes_history() {
            local line IFS=$'\n'
            COMPREPLY=()
            while read -r line; do
                COMPREPLY+=("$(printf '%q' "$line")")
            done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -F _qubes_history qubes-history

        """;

    private const string Zsh = """
        #compdef qubes-history
        _qubes_history() {
            local -a found
            found=("${(@f)$(${words[1]} "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            (( ${#found} )) && [[ -n ${found[1]} ]] && compadd -U -- "${found[@]}"
        }
        if [ "$funcstack[1]" = _qubes_history ]; then
            _qubes_history "$@"
        else
            compdef _qubes_history qubes-history
        fi

        """;

    private const string Fish = """
        # fish completion for qubes-history
        function __qubes_history
            set -l line (commandline --cut-at-cursor)
            qubes-history "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c qubes-history -f -a '(__qubes_history)'

        """;

    internal static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var verb = new Command(
            "completion",
            "Print the script by which a shell completes verbs, options, and the names of qubes and properties." +
            "\n\nExamples:\n  qubes-history completion bash > /etc/bash_completion.d/qubes-history\n" +
            "  qubes-history completion zsh > /usr/share/zsh/site-functions/_qubes-history\n" +
            "  qubes-history completion fish > ~/.config/fish/completions/qubes-history.fish") { shell };
        verb.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(parsed.GetValue(shell) switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        }));
        return verb;
    }
}

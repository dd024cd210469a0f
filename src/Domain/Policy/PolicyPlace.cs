namespace Qubes.Cqrs.Domain;

/// <summary>A line of a file of the policy.</summary>
/// <param name="File">The path.</param>
/// <param name="Line">The line, from 1.</param>
internal readonly record struct PolicyPlace(string File, int Line)
{
    internal PolicySyntaxException Fault(string problem, int column, string expected) => new(File, Line, problem, column, expected);

    internal PolicyToken Token(PolicyWord word, PolicyTokenRole role)
    {
        try
        {
            return PolicyTokens.Parse(word.Text, role);
        }
        catch (PolicyWordException reason)
        {
            throw Fault(reason.Message, word.Column, reason.Expected);
        }
    }
}

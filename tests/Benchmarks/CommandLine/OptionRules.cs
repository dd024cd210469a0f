using System.CommandLine;
using System.Globalization;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>What an option's value must be.</summary>
public static class OptionRules
{
    /// <summary>Refuses numbers below one.</summary>
    public static void RequirePositive(this Option<int> option) => option.Validators.Add(result =>
    {
        // What is no number is refused by the parser itself.
        if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number < 1)
            result.AddError($"{option.Name} must be at least 1.");
    });
}

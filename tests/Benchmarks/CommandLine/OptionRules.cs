using System.CommandLine;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>What an option's value must be.</summary>
public static class OptionRules
{
    /// <summary>Refuses numbers below one.</summary>
    public static void RequirePositive(this Option<int> option) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() < 1)
            result.AddError($"{option.Name} must be at least 1.");
    });
}

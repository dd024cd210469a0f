using System.Globalization;

namespace Qubes.Cqrs.Api.Tests;

public class HostileHypervisorTests(ITestOutputHelper output)
{
    private const int Usual = 10_000;

    /// <summary><c>QUBES_HOSTILE_RUNS</c> says how many, <c>QUBES_HOSTILE_SEED</c> names one that failed.</summary>
    [Fact]
    public async Task Log_and_hypervisor_agree_soon_after_the_faults_end()
    {
        var (faults, outrun) = (0L, 0);
        var (first, count) = Seeds();
        for (var seed = first; seed < first + count; seed++)
        {
            var (wrong, seen) = await LiveAsync(seed);
            faults += seen;
            if (wrong.Length > 0)
            {
                // The virtual clock may have outrun a thread that the machine did not let run: what is wrong is wrong again.
                (wrong, _) = await LiveAsync(seed);
                outrun++;
            }

            Assert.True(wrong.Length == 0, $"seed {seed} (QUBES_HOSTILE_SEED={seed} plays it again): {wrong}");
        }

        output.WriteLine($"{count} runs, {faults} faults, {outrun} played twice");
        Assert.True(faults > count); // otherwise nothing was tried
        Assert.True(outrun * 20 <= Math.Max(count, 20), $"{outrun} of {count} runs had to be played twice");
    }

    private static async Task<(string Wrong, int Faults)> LiveAsync(int seed)
    {
        await using var run = new HostileRun(seed);
        return (await run.LiveAsync(), run.Faults);
    }

    private static (int First, int Count) Seeds() => Number("QUBES_HOSTILE_SEED") is { } seed ? (seed, 1) : (1, Number("QUBES_HOSTILE_RUNS") ?? Usual);

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}

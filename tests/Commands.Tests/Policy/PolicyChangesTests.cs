using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>The order in which a change of the policy is made safe, recorded and put in place.</summary>
public sealed class PolicyChangesTests
{
    private const string Path = PolicyLocations.Permanent + "/10-a.policy";
    private const string Rule = "svc * @anyvm @anyvm deny\n";
    private static readonly Call Caller = Call.OfDaemon("test");

    private readonly NotingWriter writer = new();
    private bool logRefuses;

    private PolicyChanges Changes => new(
        PolicyFiles.None.With(Path, PolicyFile.Of(Rule)), writer, new PolicyLocations([PolicyLocations.Permanent], "/legacy"), (path, text, call, ct) =>
        {
            Assert.Same(Caller, call);
            Assert.False(ct.CanBeCanceled); // what is recorded is put in place, whoever hangs up
            writer.Steps.Add($"record {path} {text}");
            return logRefuses ? throw new RefusedException("no log") : Task.CompletedTask;
        });

    [Fact]
    public async Task A_change_is_recorded_when_it_is_safe_and_before_it_is_in_place()
    {
        await Changes.ReplaceAsync(PolicyFolder.Main, "10-a", "any\n# new\n"u8.ToArray(), Caller, CancellationToken.None);
        Assert.Equal(["lock", $"prepare {Path} # new\n", $"record {Path} # new\n", "complete", "unlock"], writer.Steps);
    }

    [Fact]
    public async Task What_the_log_refuses_is_given_up()
    {
        logRefuses = true;
        await Assert.ThrowsAsync<RefusedException>(() => Changes.ReplaceAsync(PolicyFolder.Main, "10-a", "any\n# new\n"u8.ToArray(), Caller, CancellationToken.None));
        Assert.Equal(["lock", $"prepare {Path} # new\n", $"record {Path} # new\n", "give up", "unlock"], writer.Steps);
    }

    [Fact]
    public async Task A_removal_is_recorded_before_it_is_made()
    {
        await Changes.RemoveAsync(PolicyFolder.Main, "10-a", "any"u8.ToArray(), Caller, CancellationToken.None);
        Assert.Equal(["lock", $"record {Path} ", $"remove {Path}", "unlock"], writer.Steps);
        writer.Steps.Clear();
        logRefuses = true;
        await Assert.ThrowsAsync<RefusedException>(() => Changes.RemoveAsync(PolicyFolder.Main, "10-a", "any"u8.ToArray(), Caller, CancellationToken.None));
        Assert.Equal(["lock", $"record {Path} ", "unlock"], writer.Steps);
    }

    [Theory]
    [InlineData("10-a", "any\nbroken\n", typeof(PolicyChangeRefusedException))]
    [InlineData("10-a", "new\n", typeof(PolicyTokenException))]
    [InlineData("10-a", "", typeof(InvalidPolicyCallException))]
    [InlineData("..", "any\n", typeof(InvalidPolicyFileNameException))]
    [InlineData("20-b", "new\n!include 20-b.policy\n", typeof(PolicyBreakdownException))]
    public async Task What_is_refused_touches_neither_disk_nor_log(string name, string payload, Type refusal)
    {
        await Assert.ThrowsAsync(refusal, () => Changes.ReplaceAsync(PolicyFolder.Main, name, System.Text.Encoding.UTF8.GetBytes(payload), Caller, CancellationToken.None));
        Assert.Equal(["lock", "unlock"], writer.Steps);
    }

    private sealed class NotingWriter : IPolicyWriter
    {
        public List<string> Steps { get; } = [];

        public Task<IDisposable> LockAsync(CancellationToken ct)
        {
            Steps.Add("lock");
            return Task.FromResult<IDisposable>(new Release(Steps));
        }

        public string Resolve(string path) => path;

        public byte[] Read(string path) => System.Text.Encoding.UTF8.GetBytes(Rule);

        public IPolicyReplacement Prepare(string path, ReadOnlyMemory<byte> content)
        {
            Steps.Add($"prepare {path} {System.Text.Encoding.UTF8.GetString(content.Span)}");
            return new Replacement(Steps);
        }

        public void Remove(string path) => Steps.Add($"remove {path}");
    }

    private sealed class Replacement(List<string> steps) : IPolicyReplacement
    {
        private bool isComplete;

        public void Complete()
        {
            isComplete = true;
            steps.Add("complete");
        }

        public void Dispose()
        {
            if (!isComplete)
            {
                steps.Add("give up");
            }
        }
    }

    private sealed class Release(List<string> steps) : IDisposable
    {
        public void Dispose() => steps.Add("unlock");
    }
}

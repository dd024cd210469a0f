using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

/// <summary>The log and the files of the policy stay together.</summary>
public sealed class PolicyWatchTests : IAsyncLifetime
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";

    private readonly FakePolicyDisk disk = new();
    private readonly OutcomeWaiters outcomes = new();
    private readonly List<string> told = [];
    private PolicyBench bench = null!; // made before each test

    public ValueTask InitializeAsync()
    {
        bench = new PolicyBench(disk, outcomes, told);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        disk.Dispose();
    }

    [Fact]
    public async Task What_lies_there_at_first_is_taken_down_and_nothing_twice()
    {
        disk.Files = disk.Files.With(User, PolicyFile.Of("* * @anyvm @anyvm deny\n"));
        await bench.LookAsync();
        Assert.Equal(disk.Files, bench.Policy);
        Assert.Equal(4, bench.Events.Count);
        Assert.All(bench.Events, recorded => Assert.Equal((PolicyWatch.Verb, "dom0"), (recorded.Metadata?.Method, recorded.Metadata?.Source)));
        var locked = disk.Locked;
        await bench.LookAsync();
        Assert.Equal((4, locked), (bench.Events.Count, disk.Locked));
    }

    [Fact]
    public async Task A_change_by_hand_is_taken_down_as_such()
    {
        await bench.LookAsync();
        disk.Files = disk.Files.With(User, PolicyFile.Of("# mine\n"));
        await bench.LookAsync();
        disk.Files = disk.Files.Without(User);
        await bench.LookAsync();
        Assert.Equal(
            [PolicyFileObserved.Of(User, PolicyFile.Of("# mine\n")), PolicyFileObserved.Of(User, PolicyFile.Missing)],
            bench.Events.Skip(3).Select(recorded => recorded.Event));
        Assert.DoesNotContain(told, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_policy_is_told_of_once_with_its_place_and_so_is_its_end()
    {
        await bench.LookAsync();
        var text = "# comment\nnonsense\n";
        foreach (var version in new[] { text, text, text + "# more\n", "* * @anyvm @anyvm deny\n" })
        {
            disk.Files = disk.Files.With(User, PolicyFile.Of(version));
            await bench.LookAsync();
        }

        Assert.Equal(["Error the policy cannot be used, so every call is denied: ", "Information the policy can be used again"],
            told.Where(line => line.Contains("can", StringComparison.Ordinal)).Select(line => line.Split(User)[0]));
        Assert.Contains($"{User}:2: wrong number of fields; expected ", told[1], StringComparison.Ordinal);
        Assert.Equal([true, true, false], bench.Events.Skip(3).Select(recorded => recorded.Event is PolicyFileObserved { Problem: not null }));
    }

    [Fact]
    public async Task A_change_through_a_call_is_not_taken_for_one_by_hand()
    {
        await bench.LookAsync();
        Task looking;
        using (await disk.LockAsync(default))
        {
            await bench.SendAsync(new SetPolicyFile(User, "# ours\n"), "policy.Replace");
            await bench.LookAsync();
            looking = bench.LookAsync(); // has to wait for the call
            Assert.False(looking.IsCompleted);
            disk.Files = disk.Files.With(User, PolicyFile.Of("# ours\n"));
        }

        await looking;
        await bench.LookAsync();
        Assert.Equal([new PolicyFileSet(User, "# ours\n")], bench.Events.Skip(3).Select(recorded => recorded.Event));
    }

    [Fact]
    public async Task What_a_call_did_not_bring_to_the_disk_is_put_right()
    {
        await bench.LookAsync();
        await bench.SendAsync(new SetPolicyFile(User, "# lost\n"), "policy.Replace");
        await bench.LookAsync(); // it may be on its way
        await bench.LookAsync();
        Assert.Equal([new PolicyFileSet(User, "# lost\n"), PolicyFileObserved.Of(User, PolicyFile.Missing)], bench.Events.Skip(3).Select(recorded => recorded.Event));
        Assert.Equal(disk.Files, bench.Policy);
    }

    [Fact]
    public async Task A_restoration_is_brought_to_the_disk_before_it_is_answered()
    {
        disk.Files = disk.Files.With(User, PolicyFile.Of("# old\n"));
        await bench.LookAsync();
        var then = bench.World;
        disk.Files = disk.Files.With(User, PolicyFile.Of("# new\n")).With("/etc/qubes/policy.d/31.policy", PolicyFile.Of(""));
        await bench.LookAsync();
        await bench.RestoreAsync(then);
        Assert.Equal((then.Policy, then.Policy), (disk.Files, bench.Policy));
        await bench.LookAsync();
        await bench.LookAsync();
        Assert.Equal([new PolicyFileSet(User, "# old\n"), new PolicyFileRemoved("/etc/qubes/policy.d/31.policy")], bench.Events.TakeLast(2).Select(recorded => recorded.Event));
    }

    [Fact]
    public async Task A_restoration_that_the_disk_does_not_take_is_refused_and_the_log_put_right()
    {
        disk.Files = disk.Files.With(User, PolicyFile.Of("# old\n"));
        await bench.LookAsync();
        var then = bench.World;
        disk.Files = disk.Files.With(User, PolicyFile.Of("# new\n"));
        await bench.LookAsync();
        disk.Full = "No space left on device";
        var refusal = await Assert.ThrowsAsync<RefusedException>(() => bench.RestoreAsync(then));
        Assert.Equal($"The policy file {User} could not be brought to the disk: No space left on device", refusal.Message);
        await bench.LookAsync();
        await bench.LookAsync();
        Assert.Equal((disk.Files, "# new\n"), (bench.Policy, bench.Policy.Find(User).Text));
    }

    [Fact]
    public async Task Many_hands_and_calls_leave_log_and_disk_the_same()
    {
        using var ending = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                await bench.LookAsync();
                await Task.Delay(1);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async hand =>
        {
            var random = new Random(hand);
            for (var change = 0; change < 60; change++)
            {
                var (path, text) = ($"/etc/qubes/policy.d/{random.Next(5)}.policy", $"# {hand} {change}\n");
                using (await disk.LockAsync(default))
                {
                    if (hand > 1)
                    {
                        await bench.SendAsync(new SetPolicyFile(path, text), "policy.Replace");
                    }

                    disk.Files = disk.Files.With(path, PolicyFile.Of(text));
                }
            }
        }));
        await ending.CancelAsync();
        await watching;
        await bench.LookAsync();
        await bench.LookAsync();
        Assert.Equal(disk.Files, bench.Policy);
        Assert.Equal(disk.Files, bench.Events.Select(recorded => recorded.Event!).Aggregate(World.Empty, Evolve.Apply).Policy);
    }

    [Fact]
    public async Task More_files_than_can_be_kept_are_told_of_once()
    {
        disk.Files = Enumerable.Range(0, PolicyKnowledge.MostFiles).Aggregate(disk.Files, (all, number) => all.With($"/etc/qubes/policy.d/{number}", PolicyFile.Of("")));
        await bench.LookAsync();
        await bench.LookAsync();
        Assert.Equal(["Warning what has changed of the policy's files on the disk cannot be recorded: The policy has more than 5000 folders and files"], told);
        Assert.Empty(bench.Events);
    }

    [Theory]
    [InlineData("/etc/passwd", "x")]
    [InlineData("/etc/qubes/policy.d/../../passwd", "x")]
    public async Task A_hostile_path_is_refused(string path, string text)
    {
        await Assert.ThrowsAsync<InvalidValueException>(() => bench.SendAsync(new SetPolicyFile(path, text), "policy.Replace"));
        await Assert.ThrowsAsync<InvalidValueException>(() => bench.SendAsync(new RemovePolicyFile(path), "policy.Remove"));
        Assert.Empty(bench.Events);
    }

    [Fact]
    public async Task A_huge_text_is_refused() => await Assert.ThrowsAsync<InvalidValueException>(
        () => bench.SendAsync(new SetPolicyFile(User, new string('x', PolicyKnowledge.LongestText + 1)), "policy.Replace"));
}

using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>What the fuzzers make and what they let pass.</summary>
public sealed class FuzzRunTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("0\0", true)]
    [InlineData("0\0fine", true)]
    [InlineData("0\0\xff", false)]
    [InlineData("2\0QubesException\0\0text\0", true)]
    [InlineData("2\0Qubes Exception\0\0text\0", false)]
    [InlineData("1\0\0connection-established\0\0", true)]
    [InlineData("1\0\0connection-established\0", false)]
    [InlineData("9\0", false)]
    public void Answers_are_judged(string reply, bool fine) => Assert.Equal(fine, FuzzRun.Flaw(new AdminReply(Encoding.Latin1.GetBytes(reply))) is null);

    [Theory]
    [MemberData(nameof(FuzzTests.Grammars), MemberType = typeof(FuzzTests))]
    public void The_same_seed_makes_the_same_requests(string area, string socket, string scripts)
    {
        Assert.NotEmpty(area);
        var one = new GrammarMutator(scripts.Split(' '), socket);
        var (first, second) = (new Random(1), new Random(1));
        var changed = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            var request = one.Next(first);
            Assert.Equal(request, one.Next(second));
            Assert.True(Array.IndexOf(request, (byte)0) > 0);
            changed.Add(Convert.ToBase64String(request));
        }

        Assert.True(changed.Count > 250, $"only {changed.Count} different requests of 500");
    }

    [Fact]
    public void Frames_are_changed_in_many_ways()
    {
        var mutator = new FrameMutator([new AdminRequest("admin.vm.List").ToBytes()]);
        var random = new Random(1);
        var made = Enumerable.Range(0, 1000).Select(_ => Convert.ToBase64String(mutator.Next(random))).ToHashSet();
        Assert.True(made.Count > 800, $"only {made.Count} different frames of 1000");
    }
}

namespace Qubes.Cqrs.Domain.Tests;

public sealed class PolicyKnowledgeTests
{
    private const string User = "/etc/qubes/policy.d/30-user.policy";
    private const string Link = "/etc/qubes/policy.d/31-link.policy";

    private static readonly PolicyFiles Known = PolicyFiles.None.With(PolicyLocations.Permanent, PolicyFile.Folder).With(User, PolicyFile.Of("old\n"));

    [Fact]
    public void Only_what_differs_is_noted_in_the_order_of_the_paths()
    {
        var found = Known.Without(User).With(Link, PolicyFile.Of("new\n")).With("/etc/qubes/policy.d/a", PolicyFile.Unreadable("no text"));
        Assert.Equal(
            [
                new PolicyFileObserved(User, PolicyFileKind.Missing, "", null, null, "broken"),
                new PolicyFileObserved(Link, PolicyFileKind.File, "new\n", null, null, "broken"),
                new PolicyFileObserved("/etc/qubes/policy.d/a", PolicyFileKind.File, "", "no text", null, "broken"),
            ],
            PolicyKnowledge.Difference(Known, found, "broken"));
        Assert.Empty(PolicyKnowledge.Difference(Known, PolicyFiles.None.With(User, PolicyFile.Of("old\n")).With(PolicyLocations.Permanent, PolicyFile.Folder)));
        Assert.Equal(found, Fold(Known, PolicyKnowledge.Difference(Known, found)));
    }

    [Fact]
    public void A_change_is_seen_through_every_link_to_the_file()
    {
        var linked = Known.With(Link, PolicyFile.Of("old\n") with { RealPath = User });
        Assert.Equal(
            PolicyFiles.None.With(PolicyLocations.Permanent, PolicyFile.Folder).With(User, PolicyFile.Of("new\n")).With(Link, PolicyFile.Of("new\n") with { RealPath = User }),
            Fold(linked, [new PolicyFileSet(User, "new\n")]));
        Assert.Equal(Fold(linked, [new PolicyFileSet(User, "new\n")]), Fold(linked, [new PolicyFileSet(Link, "new\n")]));
        Assert.Equal(Known.Without(User), Fold(linked, [new PolicyFileRemoved(Link)]));
    }

    [Fact]
    public void A_call_is_noted_though_it_changes_nothing()
    {
        var world = Evolve.Apply(World.Empty, new PolicyFileSet(User, "x"));
        var draft = new Draft(world, new Caller(QubeId.Dom0, DateTimeOffset.UnixEpoch));
        PolicyKnowledge.Set(draft, User, "x");
        Assert.Equal([new PolicyFileSet(User, "x")], draft.ToDecision().Events);
    }

    [Theory]
    [InlineData("/etc/qubes/policy.d")]
    [InlineData("/etc/qubes/policy.d/")]
    [InlineData("/etc/qubes/policy.d/../x")]
    [InlineData("/etc/qubes/policy.d//x")]
    [InlineData("/etc/qubes/policy.d/a\n")]
    [InlineData("/etc/passwd")]
    [InlineData("etc/qubes/policy.d/x")]
    [InlineData("")]
    public void A_path_elsewhere_is_refused(string path) => Assert.Throws<InvalidValueException>(() => PolicyKnowledge.CheckPath(path));

    [Fact]
    public void What_is_kept_is_bounded()
    {
        PolicyKnowledge.CheckText(new string('a', PolicyKnowledge.LongestText));
        Assert.Throws<InvalidValueException>(() => PolicyKnowledge.CheckText(new string('\u00e9', (PolicyKnowledge.LongestText / 2) + 1)));
        Assert.Throws<InvalidValueException>(() => PolicyKnowledge.CheckFound(Many(PolicyKnowledge.MostFiles + 1)));
        Assert.Throws<InvalidValueException>(() => PolicySnapshot.Take(Many(PolicyKnowledge.MostFiles + 1), PolicyLocations.Standard, PolicyFiles.None));
        var huge = PolicySnapshot.Take(
            Many(0).With(User, PolicyFile.Of(new string('#', PolicyKnowledge.LongestText + 1))), PolicyLocations.Standard, PolicyFiles.None);
        Assert.Equal(($"{User} has more than 1048576 bytes", huge.Problem), (huge.Files.Find(User).Fault, huge.Files.Find(User).Fault));
        var full = PolicySnapshot.Take(
            Enumerable.Range(0, 20).Aggregate(Many(0), (all, number) => all.With($"{PolicyLocations.Permanent}/{number}", PolicyFile.Of(new string('#', PolicyKnowledge.LongestText)))),
            PolicyLocations.Standard, PolicyFiles.None);
        Assert.Equal(16, full.Files.Entries.Values.Count(file => file is { IsFile: true, Fault: null }));
    }

    [Fact]
    public void A_snapshot_has_what_the_policy_is_made_of_and_leaves_what_editors_leave()
    {
        var disk = Many(0).With(User, PolicyFile.Of("!include /home/user/more\n")).With("/home/user/more", PolicyFile.Of("* * @anyvm @anyvm deny\n"))
            .With("/home/user/other", PolicyFile.Of("x")).With(PolicyLocations.Includes + "/unused", PolicyFile.Of("y"))
            .With("/etc/qubes/policy.d/.30-user.policy.swp", PolicyFile.Of("z")).With("/etc/qubes/policy.d/30-user.policy~", PolicyFile.Of("z"))
            .With("/etc/qubes/policy.d/include/!unused", PolicyFile.Of("z"));
        var taken = PolicySnapshot.Take(disk, PolicyLocations.Standard, PolicyFiles.None);
        Assert.Null(taken.Problem);
        Assert.Equal(
            [User, PolicyLocations.Includes + "/unused", "/home/user/more"],
            taken.Files.Entries.Where(entry => entry.Value.IsFile).Select(entry => entry.Key));
    }

    [Fact]
    public void What_was_included_from_elsewhere_is_kept_while_the_policy_is_broken_and_goes_when_it_is_left_out()
    {
        const string more = "/home/user/more";
        var disk = Many(0).With(User, PolicyFile.Of("!include /home/user/more\n")).With(more, PolicyFile.Of("* * @anyvm @anyvm deny\n"));
        var first = PolicySnapshot.Take(disk, PolicyLocations.Standard, PolicyFiles.None).Files;
        var broken = PolicySnapshot.Take(disk.With(User, PolicyFile.Of("nonsense\n")), PolicyLocations.Standard, first);
        Assert.StartsWith($"{User}:1: wrong number of fields; expected ", broken.Problem, StringComparison.Ordinal);
        var word = PolicySnapshot.Take(disk.With(User, PolicyFile.Of("# one\n!includes x\n")), PolicyLocations.Standard, first);
        Assert.Equal($"{User}:2:1: invalid directive; expected !include, !include-dir, !include-service or !compat-4.0", word.Problem);
        Assert.True(broken.Files.Find(more).IsFile);
        var mended = PolicySnapshot.Take(disk.With(User, PolicyFile.Of("")), PolicyLocations.Standard, broken.Files);
        Assert.Equal((null, false), (mended.Problem, mended.Files.Find(more).IsFile));
        Assert.Equal([new PolicyFileObserved(more, PolicyFileKind.Missing, "", null, null, null)], PolicyKnowledge.Difference(broken.Files, mended.Files).Skip(1));
    }

    private static PolicyFiles Many(int count) => Enumerable.Range(0, count).Aggregate(
        new[] { PolicyLocations.Runtime, PolicyLocations.Permanent, PolicyLocations.Standard.Legacy }.Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder)),
        (all, number) => all.With($"{PolicyLocations.Permanent}/{number}.policy", PolicyFile.Of("")));

    private static PolicyFiles Fold(PolicyFiles files, IEnumerable<DomainEvent> events) =>
        events.Aggregate(World.Empty with { Policy = files }, Evolve.Apply).Policy;
}

using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands.Tests;

public sealed class DispatcherTests
{
    [Fact]
    public void Every_command_is_registered_and_every_validator_is_used()
    {
        var types = typeof(ICommand).Assembly.GetTypes();
        var commands = types.Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(ICommand)));
        Assert.Equal(commands.OrderBy(type => type.Name), CommandRegistry.All.Select(registration => registration.Command).OrderBy(type => type.Name));
        var validators = types.Where(type => type.Name.EndsWith("Validator", StringComparison.Ordinal) && !type.IsAbstract).Select(type => type.Name);
        Assert.Equal(
            validators.Order(StringComparer.Ordinal),
            CommandRegistry.All.Where(registration => registration.Validator is not null)
                .Select(registration => registration.Command.Name + "Validator").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_malformed_command_is_refused_before_it_reaches_the_writer()
    {
        await using var bench = new Bench();
        await Assert.ThrowsAsync<InvalidTagException>(() => bench.AddTagAsync("a.b"));
        Assert.Empty(bench.Heard);
    }

    [Fact]
    public async Task A_qube_that_is_gone_by_the_time_of_the_decision_is_not_found()
    {
        await using var bench = new Bench();
        await bench.Dispatcher.SendAsync(new RemoveQube(Bench.Work), Bench.Call("admin.vm.Remove"), default);
        Assert.Equal("No such domain: 'work'", (await Assert.ThrowsAsync<QubeNotFoundException>(() => bench.AddTagAsync("x"))).Message);
    }

    [Fact]
    public async Task Only_dom0_may_say_who_created_a_qube()
    {
        await using var bench = new Bench();
        var call = Bench.Call("admin.vm.tag.Set", "created-by-x", "work", Bench.Work);
        await Assert.ThrowsAsync<PermissionRefusedException>(() =>
            bench.Dispatcher.SendAsync(new AddTag(Bench.Work, "created-by-x"), call, default).AsTask());
    }

    [Fact]
    public async Task Pre_announcements_of_a_refused_change_are_heard_without_a_position()
    {
        await using var bench = new Bench();
        await Assert.ThrowsAsync<FeatureNotFoundException>(() =>
            bench.Dispatcher.SendAsync(new RemoveFeature(Bench.Work, "f"), Bench.Call("admin.vm.feature.Remove"), default).AsTask());
        Assert.Equal(["domain-feature-pre-delete:f"], bench.Heard);
    }
}

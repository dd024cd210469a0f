using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What the API accepts as an assignment survives the store and the snapshot; what it refuses changes nothing.</summary>
public sealed class DeviceStoreLaws
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements("mode='required' ", "mode='auto-attach' ", "_a='b' ", "_identity='x' ", "_='' ", "='", "' ", "'", "\\", "<&>", "frontend_domain='work' ", "device_id='", "_<b>='"),
        Gen.Choose(' ', '~').Select(character => ((char)character).ToString()));

    private static readonly Gen<string> Argument =
        from backend in Gen.Elements("dom0", "work", "_")
        from port in Gen.Elements("sda", "_", "", "00_1d.0-00_00.0")
        from device in Gen.OneOf(Gen.Elements("", "+_", "+_______", ":a:b"), Gen.ListOf(Gen.Choose(' ', '~')).Select(text => ":" + string.Concat(text.Select(character => (char)character))))
        select $"{backend}+{port}{device}";

    [Fact]
    public void An_accepted_assignment_survives_and_a_refused_one_changes_nothing()
    {
        var accepted = 0;
        Prop.ForAll(
            (from argument in Argument
             from mode in Gen.Elements("", "mode='required' ", "mode='ask-to-attach' _x='y' ")
             from pieces in Gen.ListOf(Piece)
             from end in Gen.Elements("", "_z='1'")
             select (argument, payload: mode + string.Concat(pieces) + end)).ToArbitrary(),
            request =>
            {
                var before = Start();
                var draft = new Draft(before, new Caller(QubeId.Dom0, DateTimeOffset.UnixEpoch));
                try
                {
                    var address = DeviceArgument.Parse(before, "block", request.argument);
                    Devices.Assign(draft, before.Find("work")!.Id, AssignmentText.Parse(before, Encoding.Latin1.GetBytes(request.payload), address)); // Start has it
                }
                catch (DomainException)
                {
                    Assert.Same(before, draft.World);
                    return;
                }

                accepted++;
                var world = draft.World;
                Assert.Equal(Devices.Assigned(Work(world), "block"), Devices.Assigned(Work(Worlds.Fold(WorldEvents.Of(world))), "block"));
                // The frontend that a client names is shown and nothing else: the store has no place for it.
                var stored = Devices.Assigned(Work(world), "block").Select(assignment => assignment with { Frontend = null });
                Assert.Equal(stored, Devices.Assigned(Work(Worlds.ImportWorld(QubesXmlWriter.Write(world))), "block"));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
        Assert.True(accepted > 5, $"only {accepted} were accepted");
    }

    private static Qube Work(World world) => world.Find("work")!; // Start has it

    private static World Start() => Worlds.Fold(FreshSystem.Events(HostFacts.Unknown).Append(new QubeAdded(
        new QubeId(new Guid(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), "work", QubeClass.StandaloneVM, 1, [new("label", PropertyValue.OfLabel(1))], [], [], [])));
}

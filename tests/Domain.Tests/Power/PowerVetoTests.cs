namespace Qubes.Cqrs.Domain.Tests;

public sealed class PowerVetoTests
{
    [Fact]
    public void A_qube_that_is_being_restored_does_not_start()
    {
        var scenario = Scenario.Usual();
        scenario.When(draft => PowerVetoes.CheckStart(draft, scenario.Id("work"))).Then();
        scenario.Given(draft => Tags.Add(draft, scenario.Id("work"), "backup-restore-in-progress"))
            .When(draft => PowerVetoes.CheckStart(draft, scenario.Id("work")))
            .ThenFails<QubeErrorException>("Restore of this domain in progress, cannot start");
    }

    [Fact]
    public void A_provider_with_running_clients_is_shut_down_by_force_only()
    {
        var scenario = Scenario.Usual().Set("work", "netvm", "net").Set("dvm", "netvm", "net");
        Shut(scenario, "net", false, "net", "work", "dvm").ThenFails<QubeInUseException>("There are other VMs connected to this VM: dvm, work");
        Shut(scenario, "net", true, "net", "work", "dvm").Then();
        Shut(scenario, "net", false, "net").Then();
        Shut(scenario, "work", false, "net", "work", "dvm").Then();
    }

    [Fact]
    public void Clients_that_are_only_preloaded_do_not_count()
    {
        var scenario = Scenario.Usual().Set("dvm", "netvm", "net").Create(QubeClass.DispVM, "ready", "dvm");
        Shut(scenario, "net", false, "net", "ready").ThenFails<QubeInUseException>("There are other VMs connected to this VM: ready");
        scenario.Given(draft => draft.Record(new FeatureSet(scenario.Id("dvm"), Preload.ListFeature, "ready", null)));
        Shut(scenario, "net", false, "net", "ready").Then();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Who_shows_the_windows_of_running_qubes_stays(bool force)
    {
        var scenario = Scenario.Usual().Set(null, "default_guivm", "net").Set("net", "guivm", "net").Set("dvm", "guivm", "dom0");
        Shut(scenario, "net", force, "net", "work", "tpl", "dvm").ThenFails<QubeErrorException>("There are running VMs using this VM as GuiVM: tpl, work");
        Shut(scenario, "net", force, "net", "dvm").Then();
    }

    [Fact]
    public void Who_plays_the_sound_of_running_qubes_stays()
    {
        var scenario = Scenario.Usual().Set("work", "audiovm", "net");
        Shut(scenario, "net", true, "net", "work").ThenFails<QubeInUseException>("There are running VMs using this VM as AudioVM: work");
        Shut(scenario, "net", true, "net", "dvm").Then();
    }

    private static Scenario Shut(Scenario scenario, string name, bool force, params string[] running) => scenario.Running(running)
        .When(draft => PowerVetoes.CheckShutdown(draft, new Shutdown(scenario.Qube(name), force)));
}

namespace Qubes.Cqrs.Domain.Tests;

public sealed class WindowsPrivateVolumeTests
{
    private const long Size = 9L << 30;

    [Theory]
    [InlineData("Windows", true)]
    [InlineData("Linux", false)]
    public void A_qube_on_a_windows_template_starts_with_its_private_volume(string os, bool copied)
    {
        var scenario = Scenario.Usual();
        var volume = Private(scenario.Qube("tpl")) with { SizeBytes = Size };
        scenario.Given(draft => draft.Record(new VolumeConfigured(scenario.Id("tpl"), volume)))
            .Given(draft => Features.Set(draft, scenario.Id("tpl"), "os", os)).Create(QubeClass.AppVM, "new");
        Assert.Equal(copied ? volume : null, WindowsPrivateVolume.Source(scenario.World, scenario.Qube("new")));
        Assert.Equal(copied, Private(scenario.Qube("new")).SizeBytes == Size);
    }

    [Fact]
    public void A_disposable_has_a_snapshot_anyway()
    {
        var scenario = Scenario.Usual();
        scenario.Given(draft => Features.Set(draft, scenario.Id("dvm"), "os", "Windows")).Create(QubeClass.DispVM, "new", "dvm");
        Assert.Null(WindowsPrivateVolume.Source(scenario.World, scenario.Qube("new")));
    }

    private static VolumeConfig Private(Qube qube) => qube.Volumes.First(volume => volume.Name == "private");
}

using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>All reactions, in the order in which they act.</summary>
/// <remarks>Every hook goes through the list from the top, and the first refusal ends it. So the order decides the order of announcements that
/// clients see, and which of two refusals they get: the recordings pin both. Who only refuses stands first, so that nothing is done in vain.
/// docs/extending.md says how to add one.</remarks>
public static class Reactions
{
    /// <summary>Every reaction.</summary>
    public static readonly ImmutableArray<Reaction> All =
    [
        // Vetoes
        new InstalledKernel(),
        new DisposableTemplateInUse(),
        new ServiceNames(),
        new VmConfigNames(),
        new CustomPersist(),
        new PreloadChecks(),
        new MemoryOfRunning(),
        new RestoreInProgress(),
        new ConnectedClients(),
        new DisplayInUse(),
        new DeviceInUse(),

        // Consequences
        new DeviceFollowers(),
        new TemplateChange(),
        new ServiceQubeFeature(),
        new MeminfoWriter(),
        new IconChange(),
        new AddressChange(),
        new NetVmChange(),
        new LiveNetwork(),
        new DefaultNetVmFollowers(),
        new DefaultDispVmFollowers(),
        new TemplateFollowers(),
        new BootModeFollowers(),
        new KeyboardFollowers(),
        new ClockSynchronisation(),
        new GuiVmTag(),
        new AudioVmTag(),
        new RelayTag(),
        new CreatorTags(),
        new PreloadFollowers(),
        new PreloadRefresh(),
        new PreloadUse(),
        new WindowsPrivateVolume(),

        // Last, since nothing can be done with a qube that has gone
        new DisposableCleanup(),
    ];
}

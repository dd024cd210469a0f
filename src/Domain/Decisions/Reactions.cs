using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>All reactions, in the order in which they act.</summary>
/// <remarks>The order decides the order of announcements that clients see: the recordings pin it.</remarks>
public static class Reactions
{
    /// <summary>Every reaction.</summary>
    public static readonly ImmutableArray<Reaction> All =
    [
        new InstalledKernel(),
        new DisposableTemplateInUse(),
        new TemplateChange(),
        new ServiceQubeFeature(),
        new IconChange(),
        new AddressChange(),
        new NetVmChange(),
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
    ];
}

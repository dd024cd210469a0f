using System.Collections.Immutable;

namespace Qubes.Cqrs.Commands;

/// <summary>Every command of the product: a new one is registered here and nowhere else.</summary>
public static class CommandRegistry
{
    /// <summary>All registrations.</summary>
    public static ImmutableArray<CommandRegistration> All { get; } =
    [
        CommandRegistration.Of<CreateLabel, CreateLabelValidator>(new CreateLabelHandler()),
        CommandRegistration.Of<RemoveLabel, RemoveLabelValidator>(new RemoveLabelHandler()),
        CommandRegistration.Of(new SetPropertyHandler()),
        CommandRegistration.Of(new ResetPropertyHandler()),
        CommandRegistration.Of<SetFeature, SetFeatureValidator>(new SetFeatureHandler()),
        CommandRegistration.Of(new RemoveFeatureHandler()),
        CommandRegistration.Of<RequestFeatures, RequestFeaturesValidator>(new RequestFeaturesHandler()),
        CommandRegistration.Of<ReportUpdates, ReportUpdatesValidator>(new ReportUpdatesHandler()),
        CommandRegistration.Of<AddTag, AddTagValidator>(new AddTagHandler()),
        CommandRegistration.Of<RemoveTag, RemoveTagValidator>(new RemoveTagHandler()),
        CommandRegistration.Of(new SetNotesHandler()),
        CommandRegistration.Of(new SetFirewallHandler()),
        CommandRegistration.Of(new ReloadFirewallHandler()),
        CommandRegistration.Of(new ExpireFirewallHandler()),
        CommandRegistration.Of(new AdoptFirewallHandler()),
        CommandRegistration.Of(new AdoptNotesHandler()),
        CommandRegistration.Of<CreateQube, CreateQubeValidator>(new CreateQubeHandler()),
        CommandRegistration.Of(new CreateDisposableHandler()),
        CommandRegistration.Of(new PreloadDisposablesHandler()),
        CommandRegistration.Of(new RemoveQubeHandler()),
        CommandRegistration.Of(new AssignDeviceHandler()),
        CommandRegistration.Of(new UnassignDeviceHandler()),
        CommandRegistration.Of<SetDeviceMode, SetDeviceModeValidator>(new SetDeviceModeHandler()),
        CommandRegistration.Of(new SetDevicePersistentHandler()),
        CommandRegistration.Of(new AttachDeviceHandler()),
        CommandRegistration.Of(new DetachDeviceHandler()),
        CommandRegistration.Of(new DenyInterfacesHandler()),
        CommandRegistration.Of(new AllowInterfacesHandler()),
        CommandRegistration.Of<AddPool, AddPoolValidator>(new AddPoolHandler()),
        CommandRegistration.Of(new RemovePoolHandler()),
        CommandRegistration.Of(new SetPoolRevisionsHandler()),
        CommandRegistration.Of(new SetPoolEphemeralHandler()),
        CommandRegistration.Of(new SetVolumeRevisionsHandler()),
        CommandRegistration.Of(new SetVolumeRwHandler()),
        CommandRegistration.Of(new SetVolumeEphemeralHandler()),
        CommandRegistration.Of(new ResizeVolumeHandler()),
        CommandRegistration.Of(new RevertVolumeHandler()),
        CommandRegistration.Of(new ClearVolumeHandler()),
        CommandRegistration.Of(new ImportVolumeHandler()),
        CommandRegistration.Of(new SnapshotVolumeHandler()),
        CommandRegistration.Of(new CloneVolumeHandler()),
        CommandRegistration.Of(new StartQubeHandler()),
        CommandRegistration.Of(new ShutdownQubeHandler()),
        CommandRegistration.Of(new KillQubeHandler()),
        CommandRegistration.Of(new PowerStepHandler()),
        CommandRegistration.Of(new ObserveHostHandler()),
        CommandRegistration.Of<MarkPosition, MarkPositionValidator>(new MarkPositionHandler()),
        CommandRegistration.Of(new UnmarkPositionHandler()),
        CommandRegistration.Of(new RestoreSystemHandler()),
        CommandRegistration.Of(new RevertEventsHandler()),
        CommandRegistration.Of(new ApplyPlanFileHandler()),
    ];
}

using System.Text.Json.Serialization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The generated JSON code of every event type: members as declared, enums by name, flat, without type discriminators.</summary>
/// <remarks>A new event needs its line here; a test compares the list with the catalog.</remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(StoredTextConverter), typeof(PropertyValueConverter)])]
[JsonSerializable(typeof(LabelAdded))]
[JsonSerializable(typeof(LabelRemoved))]
[JsonSerializable(typeof(PropertySet))]
[JsonSerializable(typeof(PropertyReset))]
[JsonSerializable(typeof(FeatureSet))]
[JsonSerializable(typeof(FeatureRemoved))]
[JsonSerializable(typeof(TagAdded))]
[JsonSerializable(typeof(TagRemoved))]
[JsonSerializable(typeof(NotesSet))]
[JsonSerializable(typeof(FirewallSet))]
[JsonSerializable(typeof(FirewallExpired))]
[JsonSerializable(typeof(QubeAdded))]
[JsonSerializable(typeof(QubeRemoved))]
[JsonSerializable(typeof(PoolAdded))]
[JsonSerializable(typeof(PoolConfigured))]
[JsonSerializable(typeof(PoolRemoved))]
[JsonSerializable(typeof(VolumeConfigured))]
[JsonSerializable(typeof(DeviceAssigned))]
[JsonSerializable(typeof(DeviceUnassigned))]
[JsonSerializable(typeof(StartRequested))]
[JsonSerializable(typeof(QubeSpawning))]
[JsonSerializable(typeof(QubeSpawned))]
[JsonSerializable(typeof(QubeStarted))]
[JsonSerializable(typeof(StartFailed))]
[JsonSerializable(typeof(ActivityObserved))]
[JsonSerializable(typeof(StopRequested))]
[JsonSerializable(typeof(StopSettled))]
[JsonSerializable(typeof(ShutdownFailed))]
[JsonSerializable(typeof(QubeStopped))]
[JsonSerializable(typeof(QubeShutDown))]
[JsonSerializable(typeof(NetworkConnected))]
[JsonSerializable(typeof(DeviceAttached))]
[JsonSerializable(typeof(DeviceDetached))]
[JsonSerializable(typeof(DevicesObserved))]
[JsonSerializable(typeof(DeviceAttachRequested))]
[JsonSerializable(typeof(DeviceDetachRequested))]
[JsonSerializable(typeof(DeviceWishDropped))]
[JsonSerializable(typeof(RunObserved))]
[JsonSerializable(typeof(HostObserved))]
[JsonSerializable(typeof(MarkSet))]
[JsonSerializable(typeof(MarkRemoved))]

// What the converter of EquatableArray<T> asks for.
[JsonSerializable(typeof(NamedValue[]))]
[JsonSerializable(typeof(NamedText[]))]
[JsonSerializable(typeof(VolumeConfig[]))]
[JsonSerializable(typeof(HostKernel[]))]
[JsonSerializable(typeof(FirewallRule[]))]
[JsonSerializable(typeof(PciDevice[]))]
[JsonSerializable(typeof(BlockDevice[]))]
[JsonSerializable(typeof(DeviceAssignment[]))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<DeviceAssignment>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<NamedValue>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<NamedText>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<VolumeConfig>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<HostKernel>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<FirewallRule>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<PciDevice>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<BlockDevice>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<string>))]
[JsonSerializable(typeof(System.Collections.Immutable.ImmutableArray<int>))]
internal sealed partial class EventJson : JsonSerializerContext;

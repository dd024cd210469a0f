using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class EventSerializerTests
{
    /// <summary>Every alias that was ever written. Lines are added here, never changed or removed.</summary>
    private static readonly string[] Aliases =
    [
        "label-add LabelAdded Configuration",
        "label-remove LabelRemoved Configuration",
        "property-set PropertySet Configuration",
        "property-reset PropertyReset Configuration",
        "feature-set FeatureSet Configuration",
        "feature-remove FeatureRemoved Configuration",
        "tag-add TagAdded Configuration",
        "tag-remove TagRemoved Configuration",
        "notes-set NotesSet Configuration",
        "firewall-set FirewallSet Configuration",
        "firewall-expired FirewallExpired Configuration",
        "domain-add QubeAdded Configuration",
        "domain-delete QubeRemoved Configuration",
        "pool-add PoolAdded Configuration",
        "pool-config PoolConfigured Configuration",
        "pool-remove PoolRemoved Configuration",
        "volume-config VolumeConfigured Configuration",
        "domain-create-on-disk VolumesCreated Configuration",
        "domain-remove-from-disk VolumesRemoved Configuration",
        "volumes-left VolumesLeft Configuration",
        "volume-pre-change VolumeChangeRequested Configuration",
        "volume-change-advance VolumeChangeAdvanced Configuration",
        "volume-change VolumeChanged Configuration",
        "volume-change-failed VolumeChangeFailed Configuration",
        "volume-observed VolumeObserved Configuration",
        "device-assign DeviceAssigned Configuration",
        "device-unassign DeviceUnassigned Configuration",
        "domain-pre-start StartRequested Activity",
        "domain-pre-spawn QubeSpawning Activity",
        "domain-spawn QubeSpawned Activity",
        "domain-start QubeStarted Activity",
        "domain-start-failed StartFailed Activity",
        "domain-activity ActivityObserved Activity",
        "domain-pre-shutdown StopRequested Activity",
        "domain-stop-settled StopSettled Activity",
        "domain-shutdown-failed ShutdownFailed Activity",
        "domain-stopped QubeStopped Activity",
        "domain-shutdown QubeShutDown Activity",
        "network-connect NetworkConnected Activity",
        "device-attach DeviceAttached Activity",
        "device-detach DeviceDetached Activity",
        "devices-observed DevicesObserved Activity",
        "device-pre-attach DeviceAttachRequested Activity",
        "device-pre-detach DeviceDetachRequested Activity",
        "device-wish-dropped DeviceWishDropped Activity",
        "domain-observed RunObserved Activity",
        "host-observed HostObserved Configuration",
        "mark-set MarkSet Configuration",
        "mark-remove MarkRemoved Configuration",
        "policy-set PolicyFileSet Configuration",
        "policy-remove PolicyFileRemoved Configuration",
        "policy-observed PolicyFileObserved Configuration",
    ];

    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> EventAliases => [.. EventCatalog.All.Select(type => type.Alias)];

    [Fact]
    public void Every_alias_is_pinned() =>
        Assert.Equal(Aliases, EventCatalog.All.Select(type => $"{type.Alias} {type.ClrType.Name} {type.Retention}"));

    [Fact]
    public void Every_event_type_is_in_the_catalog_and_has_a_sample()
    {
        var types = typeof(DomainEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainEvent)) && !type.IsAbstract).ToHashSet();
        Assert.Equal(types, EventCatalog.All.Select(type => type.ClrType).ToHashSet());
        Assert.Equal(types, SampleEvents.All.Select(sample => sample.GetType()).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(EventAliases))]
    public void An_event_is_written_as_its_golden_row_and_read_back(string alias)
    {
        var sample = SampleEvents.All.Single(sample => EventCatalog.Of(sample).Alias == alias);
        var json = Write(sample);
        var file = Path.Combine(Golden, alias + ".json");
        Assert.True(File.Exists(file), $"there is no golden row; if the alias is new, add Golden/{alias}.json with: {json}");
        var golden = File.ReadAllText(file).TrimEnd();
        Assert.Equal(golden, json);
        Assert.Equal(sample, EventSerializer.Default.Read(alias, Encoding.UTF8.GetBytes(golden)));
    }

    [Fact]
    public void Every_golden_row_has_its_alias() =>
        Assert.Equal(
            EventCatalog.All.Select(type => type.Alias).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Golden).Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Fact]
    public void Any_text_survives_in_a_form_that_jsonb_can_hold() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string[]>(), parts =>
        {
            var text = string.Concat(parts.Where(part => part is not null)) + "\0x\u001a0000\ud800";
            var @event = new NotesSet(QubeId.Dom0, text);
            var json = Write(@event);
            return !json.Contains("\\u0000", StringComparison.Ordinal) && !json.Contains("\\uFFFD", StringComparison.OrdinalIgnoreCase) &&
                @event.Equals(EventSerializer.Default.Read("notes-set", Encoding.UTF8.GetBytes(json)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("tag-add", """{"Qube":"00000000-0000-0000-0000-000000000000"}""")]
    [InlineData("tag-add", """{"Qube":"00000000-0000-0000-0000-000000000000","Tag":null}""")]
    [InlineData("tag-add", "{}")]
    [InlineData("tag-add", "null")]
    [InlineData("tag-add", "[]")]
    [InlineData("tag-add", """{"qube":"00000000-0000-0000-0000-000000000000","tag":"a"}""")]
    [InlineData("tag-added", "{}")]
    [InlineData("domain-add", """{"Class":"NoVM"}""")]
    public void A_payload_that_does_not_fit_is_refused(string alias, string payload) =>
        Assert.Throws<JsonException>(() => EventSerializer.Default.Read(alias, Encoding.UTF8.GetBytes(payload)));

    [Fact]
    public void An_old_alias_is_read_through_its_upcasters()
    {
        var serializer = new EventSerializer(new Renamed("tag-put", "tag-give", "Qube", "Vm"), new Renamed("tag-give", "tag-add", "Vm", "Qube"));
        var read = serializer.Read("tag-put", """{"Qube":"00000000-0000-0000-0000-000000000000","Tag":"old"}"""u8);
        Assert.Equal(new TagAdded(QubeId.Dom0, "old"), read);
    }

    [Fact]
    public void An_upcaster_that_leads_nowhere_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EventSerializer(new Renamed("a", "b", "x", "y")));
        Assert.Throws<ArgumentException>(() => new EventSerializer(new Renamed("a", "b", "x", "y"), new Renamed("b", "a", "x", "y")));
        Assert.Throws<ArgumentException>(() => new EventSerializer(new Renamed("tag-add", "tag-remove", "x", "y")));
    }

    private static string Write(DomainEvent @event)
    {
        var output = new ArrayBufferWriter<byte>();
        EventSerializer.Default.Write(@event, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class Renamed(string alias, string newAlias, string from, string to) : IUpcaster
    {
        public string Alias => alias;

        public string NewAlias => newAlias;

        public JsonObject Upcast(JsonObject payload)
        {
            var value = payload[from]?.DeepClone();
            payload.Remove(from);
            payload[to] = value;
            return payload;
        }
    }
}

using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>The properties of the global object and of every class.</summary>
/// <remarks>Temporary: names, kinds and stages only, until the real catalogue comes. Source: spec, properties.</remarks>
public static class PropertyCatalog
{
    private const string BaseText = "name! uuid! =klass =icon";
    private const string QubeText =
        "bootmode@4 default_user devices_denied =dns =gateway =gateway6 ip ip6 kernel kernelopts@4 keyboard_layout mac =start_time " +
        "=stubdom_uuid virt_mode =visible_gateway =visible_gateway6 =visible_ip =visible_ip6 =visible_netmask";

    private const string QubeIntegers =
        "backup_timestamp maxmem memory qrexec_timeout shutdown_timeout stubdom_mem =stubdom_xid vcpus =xid";

    private const string QubeBooleans = "autostart debug include_in_backups installed_by_rpm provides_network =updateable";
    private const string QubeReferences = "audiovm@4 default_dispvm@4 guivm@4 management_dispvm@4 netvm@4";

    private static readonly FrozenDictionary<QubeClass, IReadOnlyList<PropertyDefinition>> ByClass = new Dictionary<QubeClass, IReadOnlyList<PropertyDefinition>>
    {
        [QubeClass.AdminVM] = Sorted(
            Parse(2, "=name =uuid =klass =icon devices_denied keyboard_layout", "=qid =maxmem", "include_in_backups =updateable", "default_dispvm@4", "label")),
        [QubeClass.TemplateVM] = Local("appvm_default_bootmode@4", "", "", ""),
        [QubeClass.AppVM] = Local("", "", "template_for_dispvms", "template@4"),
        [QubeClass.StandaloneVM] = Local("", "", "template_for_dispvms", ""),
        [QubeClass.DispVM] = Local("", "dispid!", "auto_cleanup =is_preload", "template@4"),
        [QubeClass.RemoteVM] = Sorted(
            Parse(2, BaseText + " transport_rpc remote_name", "qid!", "include_in_backups", "relayvm@4", "label")),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<QubeClass, FrozenDictionary<string, PropertyDefinition>> Lookup = ByClass.ToFrozenDictionary(
        entry => entry.Key,
        entry => entry.Value.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal));

    private static readonly FrozenDictionary<string, PropertyDefinition> GlobalLookup;

    static PropertyCatalog()
    {
        Global = Sorted(Parse(
            3,
            "default_kernel default_pool default_pool_kernel default_pool_private default_pool_root default_pool_volatile",
            "default_qrexec_timeout default_shutdown_timeout =maxmem =no_cpus stats_interval",
            "check_updates_vm",
            "clockvm default_audiovm default_dispvm default_guivm default_netvm default_template management_dispvm updatevm",
            ""));
        GlobalLookup = Global.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);
    }

    /// <summary>The global properties by stage and name.</summary>
    public static IReadOnlyList<PropertyDefinition> Global { get; }

    /// <summary>The properties of a class by stage and name.</summary>
    public static IReadOnlyList<PropertyDefinition> Of(QubeClass @class) => ByClass[@class];

    /// <summary>A property of a class, or null.</summary>
    public static PropertyDefinition? Find(QubeClass @class, string name) => Lookup[@class].GetValueOrDefault(name);

    /// <summary>A global property, or null.</summary>
    public static PropertyDefinition? FindGlobal(string name) => GlobalLookup.GetValueOrDefault(name);

    private static IReadOnlyList<PropertyDefinition> Local(string text, string integers, string booleans, string references) => Sorted(Parse(
        2,
        $"{BaseText} {QubeText} {text}",
        $"qid! {QubeIntegers} {integers}",
        $"{QubeBooleans} {booleans}",
        $"{QubeReferences} {references}",
        "label"));

    private static IEnumerable<PropertyDefinition> Parse(int stage, string text, string integers, string booleans, string references, string labels) =>
    [
        .. Parse(stage, PropertyKind.Text, text),
        .. Parse(stage, PropertyKind.Integer, integers),
        .. Parse(stage, PropertyKind.Boolean, booleans),
        .. Parse(stage, PropertyKind.Qube, references),
        .. Parse(stage, PropertyKind.Label, labels),
    ];

    private static IEnumerable<PropertyDefinition> Parse(int stage, PropertyKind kind, string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new PropertyDefinition
        {
            Name = word.TrimStart('=').TrimEnd('!').Replace("@4", "", StringComparison.Ordinal),
            Kind = kind,
            Stage = word.EndsWith("@4", StringComparison.Ordinal) ? 4 : stage,
            Saved = word[0] != '=',
            ReadOnly = word[0] == '=',
            WriteOnce = word[^1] == '!',
        });

    private static IReadOnlyList<PropertyDefinition> Sorted(IEnumerable<PropertyDefinition> definitions) =>
        [.. definitions.OrderBy(definition => definition.Stage).ThenBy(definition => definition.Name, StringComparer.Ordinal)];
}

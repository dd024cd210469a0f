using System.Collections.Frozen;

namespace Qubes.Cqrs.Domain;

/// <summary>What each property means, in our own words, as reStructuredText with no other markup than that of literals.</summary>
internal static class PropertyHelp
{
    private static readonly FrozenDictionary<string, string> Global = new Dictionary<string, string>
    {
        ["check_updates_vm"] = "Whether qubes that are created from now on look for updates of their software. With ``False`` each new one gets the feature ``check-updates`` with an empty value.",
        ["clockvm"] = "The qube that the clocks of all others follow. It carries the feature ``service.clocksync``.",
        ["default_audiovm"] = "The qube that plays the sound of all qubes whose ``audiovm`` is not set.",
        ["default_dispvm"] = "The qube from which disposables are made for all qubes whose ``default_dispvm`` is not set. Its ``template_for_dispvms`` has to be ``True``.",
        ["default_guivm"] = "The qube that shows the windows of all qubes whose ``guivm`` is not set.",
        ["default_kernel"] = "The kernel of all qubes for which neither they nor their template set one: the name of a folder in ``/var/lib/qubes/vm-kernels``, or empty for none.",
        ["default_netvm"] = "The qube from which all qubes but templates get their network when their ``netvm`` is not set; empty for no network.",
        ["default_pool"] = "The storage pool of new volumes for which nothing more specific is set.",
        ["default_pool_kernel"] = "The storage pool of new ``kernel`` volumes; without a value that of ``default_pool``.",
        ["default_pool_private"] = "The storage pool of new ``private`` volumes; without a value that of ``default_pool``.",
        ["default_pool_root"] = "The storage pool of new ``root`` volumes; without a value that of ``default_pool``.",
        ["default_pool_volatile"] = "The storage pool of new ``volatile`` volumes; without a value that of ``default_pool``.",
        ["default_qrexec_timeout"] = "Seconds that a starting qube has to connect, where neither it nor its template sets ``qrexec_timeout``.",
        ["default_shutdown_timeout"] = "Seconds that a qube has to shut down, where neither it nor its template sets ``shutdown_timeout``.",
        ["default_template"] = "The template of new app qubes for which no other is named.",
        ["management_dispvm"] = "The qube from which the disposables are made that manage other qubes from inside, for all qubes that set none of their own. Its ``template_for_dispvms`` has to be ``True``.",
        ["maxmem"] = "All memory of the host in MiB. Cannot be set.",
        ["no_cpus"] = "The number of processors of the host. Cannot be set.",
        ["stats_interval"] = "Seconds between two reports of ``admin.vm.Stats``.",
        ["updatevm"] = "The qube through which dom0 downloads its updates.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> OfQubes = new Dictionary<string, string>
    {
        ["name"] = "The name of the qube. It is chosen at creation and never changes.",
        ["qid"] = "The number of the qube on this host, from 1 to 9999. It is chosen at creation and free again when the qube is removed.",
        ["uuid"] = "The identity of the qube, which never changes and is never used again.",
        ["label"] = "The colour that shows how far the qube is trusted.",
        ["klass"] = "The class of the qube. Cannot be set.",
        ["icon"] = "The name of the icon that stands for the qube; it follows from class and label. Cannot be set.",
        ["default_user"] = "The account inside the qube that programs run as when nobody names another.",
        ["updateable"] = "Whether software is installed and updated in this qube itself, which is so when it has no template. Cannot be set.",
        ["devices_denied"] = "The kinds of device interfaces that cannot be attached to the qube by hand: codes of seven characters without a separator, a letter (``b``, ``u``, ``m``, ``p`` or ``*``) and six hexadecimal digits or ``*`` each.",
        ["keyboard_layout"] = "The keyboard of the qube as ``layout+variant+options``; without a value that of the qube that shows its windows.",
        ["include_in_backups"] = "Whether a backup holds the qube when nobody says otherwise.",
        ["audiovm"] = "The qube that plays this one's sound; empty for none.",
        ["guivm"] = "The qube that shows this one's windows; empty for none.",
        ["autostart"] = "Whether the qube starts together with the host.",
        ["backup_timestamp"] = "When the qube was last part of a backup, in seconds since 1970.",
        ["bootmode"] = "Which set of further kernel options the qube starts with: ``default`` for none, or the ``MODE`` of a feature ``boot-mode.kernelopts.MODE``.",
        ["debug"] = "Whether the qube starts with more of its messages in view, to find out what is wrong with it.",
        ["default_dispvm"] = "The qube from which disposables are made for this one. Its ``template_for_dispvms`` has to be ``True``.",
        ["dns"] = "The name servers that the qube is told to use. Cannot be set.",
        ["gateway"] = "The IPv4 address under which the qubes that get their network from this one reach it. Cannot be set.",
        ["gateway6"] = "The IPv6 address under which the qubes that get their network from this one reach it. Cannot be set.",
        ["installed_by_rpm"] = "Whether a package of dom0 brought the qube. It cannot be removed through the API then.",
        ["ip"] = "The IPv4 address of the qube; without a value one that follows from its number.",
        ["ip6"] = "The IPv6 address of the qube; without a value one that follows from its number, where IPv6 is on.",
        ["kernel"] = "The kernel that the qube starts with: the name of a folder in ``/var/lib/qubes/vm-kernels``, or empty to start the one on its own disk.",
        ["kernelopts"] = "The options that the kernel gets at start, at most 512 characters.",
        ["mac"] = "The hardware address of the qube's network card.",
        ["management_dispvm"] = "The qube from which the disposable is made that manages this one from inside. Its ``template_for_dispvms`` has to be ``True``.",
        ["maxmem"] = "The most memory in MiB that the balancing of memory may give the qube; 0 keeps it out of the balancing.",
        ["memory"] = "The memory in MiB that the qube starts with.",
        ["netvm"] = "The qube from which this one gets its network; empty for no network.",
        ["provides_network"] = "Whether other qubes may get their network from this one.",
        ["qrexec_timeout"] = "Seconds that the qube has to connect after its start before it counts as failed.",
        ["shutdown_timeout"] = "Seconds that the qube has to shut down before waiting for it ends.",
        ["start_time"] = "When the qube was started, in seconds since 1970; empty while it is off. Cannot be set.",
        ["stubdom_mem"] = "The memory in MiB of the domain beside an HVM qube that emulates its devices; without a value the usual amount.",
        ["stubdom_uuid"] = "The identity of the domain that emulates devices for this qube; empty without one. Cannot be set.",
        ["stubdom_xid"] = "The hypervisor's number of the domain that emulates devices for this qube, or -1. Cannot be set.",
        ["vcpus"] = "The number of processors that the qube sees.",
        ["virt_mode"] = "How the qube is virtualised: ``pvh``, ``hvm`` or ``pv``.",
        ["visible_gateway"] = "The IPv4 address that the qube itself takes for its gateway. Cannot be set; the feature ``net.fake-gateway`` changes it.",
        ["visible_gateway6"] = "The IPv6 address that the qube itself takes for its gateway. Cannot be set.",
        ["visible_ip"] = "The IPv4 address that the qube itself takes for its own. Cannot be set; the feature ``net.fake-ip`` changes it.",
        ["visible_ip6"] = "The IPv6 address that the qube itself takes for its own. Cannot be set.",
        ["visible_netmask"] = "The netmask that the qube itself uses. Cannot be set; the feature ``net.fake-netmask`` changes it.",
        ["xid"] = "The hypervisor's number of the running qube, or -1 while it is off. Cannot be set.",
        ["appvm_default_bootmode"] = "The ``bootmode`` of the app qubes made from this template that set none themselves.",
        ["template_for_dispvms"] = "Whether disposables may be made from the qube.",
        ["template"] = "The template that gives the qube its root file system.",
        ["relayvm"] = "The qube through which calls to this remote qube go.",
        ["transport_rpc"] = "The service of the relay that carries calls to this remote qube.",
        ["remote_name"] = "The name of the qube on its own host; without a value the same as here.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Where a class means something else by the name.
    private static readonly FrozenDictionary<(QubeClass Class, string Name), string> OfClasses = new Dictionary<(QubeClass Class, string Name), string>
    {
        [(QubeClass.AdminVM, "name")] = "The name of the administrative qube, which is always ``dom0``. Cannot be set.",
        [(QubeClass.AdminVM, "qid")] = "The number of the administrative qube, which is always 0. Cannot be set.",
        [(QubeClass.AdminVM, "uuid")] = "The identity of the administrative qube, which consists of zeros. Cannot be set.",
        [(QubeClass.AdminVM, "icon")] = "The name of the icon that stands for the administrative qube. Cannot be set.",
        [(QubeClass.AdminVM, "keyboard_layout")] = "The keyboard of the host as ``layout+variant+options``. Qubes whose windows dom0 shows follow it unless they set their own.",
        [(QubeClass.AdminVM, "maxmem")] = "The most memory in MiB that dom0 can have, as the hypervisor was told at boot. Cannot be set.",
        [(QubeClass.AdminVM, "updateable")] = "Whether software is installed and updated here, which is always so in dom0. Cannot be set.",
        [(QubeClass.TemplateVM, "netvm")] = "The qube from which the template gets its network; empty, as it is without a value, for none.",
        [(QubeClass.DispVM, "template")] = "The qube that the disposable is made from; its ``template_for_dispvms`` has to be ``True``.",
        [(QubeClass.DispVM, "dispid")] = "The number of the disposable, from 0 to 9999. It is chosen at creation and decides its usual name and addresses.",
        [(QubeClass.DispVM, "auto_cleanup")] = "Whether the disposable is removed as soon as it stops.",
        [(QubeClass.DispVM, "include_in_backups")] = "Whether a backup holds the disposable when nobody says otherwise; without a value only if ``auto_cleanup`` is ``False``.",
        [(QubeClass.DispVM, "default_dispvm")] = "The qube from which disposables are made for this one; without a value its own template.",
        [(QubeClass.DispVM, "is_preload")] = "Whether the disposable was started ahead of need and waits to be used. Cannot be set.",
        [(QubeClass.DispVM, "ip")] = "The IPv4 address of the disposable; without a value one that follows from its ``dispid``.",
        [(QubeClass.DispVM, "ip6")] = "The IPv6 address of the disposable; without a value one that follows from its ``dispid``, where IPv6 is on.",
        [(QubeClass.RemoteVM, "include_in_backups")] = "Whether a backup holds what is configured about the remote qube when nobody says otherwise.",
    }.ToFrozenDictionary();

    /// <summary>The text of a property of the class, or of the global object.</summary>
    internal static string Of(QubeClass? holder, string property) => holder is not { } @class
        ? Global[property]
        : OfClasses.TryGetValue((@class, property), out var own) ? own : OfQubes[property];
}

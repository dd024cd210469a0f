using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>What the shipped policy decides, as it is installed and with lines in its lists. Source: spec, policy 4.</summary>
public class PackagedPolicyTests
{
    private const string Lists = "/" + PackagedPolicy.Folder + "/include/";
    private const string User = "/" + PackagedPolicy.Folder + "/30-user.policy";

    private static readonly RecordedSystem System = RecordedSystem.Of(JsonDocument.Parse("""
        {
          "dom0":       { "uuid": "00000000-0000-0000-0000-000000000000", "type": "AdminVM", "tags": [], "power_state": "Running" },
          "work":       { "uuid": "00000000-0000-0000-0000-000000000001", "type": "AppVM", "tags": ["watched"], "default_dispvm": "dvm", "power_state": "Running" },
          "personal":   { "uuid": "00000000-0000-0000-0000-000000000002", "type": "AppVM", "tags": [], "power_state": "Halted" },
          "dvm":        { "uuid": "00000000-0000-0000-0000-000000000003", "type": "AppVM", "tags": [], "template_for_dispvms": true, "power_state": "Halted" },
          "debian":     { "uuid": "00000000-0000-0000-0000-000000000004", "type": "TemplateVM", "tags": [], "power_state": "Running" },
          "whonix":     { "uuid": "00000000-0000-0000-0000-000000000005", "type": "TemplateVM", "tags": ["whonix-updatevm"], "power_state": "Running" },
          "anon":       { "uuid": "00000000-0000-0000-0000-000000000006", "type": "AppVM", "tags": ["anon-vm"], "default_dispvm": "dvm", "power_state": "Running" },
          "sys-net":    { "uuid": "00000000-0000-0000-0000-000000000007", "type": "AppVM", "tags": [], "power_state": "Running" },
          "sys-whonix": { "uuid": "00000000-0000-0000-0000-000000000008", "type": "AppVM", "tags": ["anon-gateway"], "power_state": "Running" },
          "mgmt":       { "uuid": "00000000-0000-0000-0000-000000000009", "type": "AppVM", "tags": ["backup-restore-mgmt"], "power_state": "Running" },
          "storage":    { "uuid": "00000000-0000-0000-0000-00000000000a", "type": "AppVM", "tags": ["backup-restore-storage"], "power_state": "Running" },
          "restored":   { "uuid": "00000000-0000-0000-0000-00000000000b", "type": "AppVM", "tags": ["backup-restore-in-progress"], "power_state": "Halted" },
          "manager":    { "uuid": "00000000-0000-0000-0000-00000000000c", "type": "AppVM", "tags": [], "power_state": "Running" }
        }
        """).RootElement);

    [Fact]
    public void It_loads_and_says_nothing_but_that_old_files_are_read()
    {
        var policy = Load();
        Assert.Contains("!compat-4.0", Assert.Single(policy.Remarks).Text, StringComparison.Ordinal);
        Assert.Equal(Package.Below(PackagedPolicy.Folder).Select(path => "/" + path), policy.Files.Order(StringComparer.Ordinal)); // every file is used
    }

    [Theory]
    [InlineData("policy.RegisterArgument", "work", "personal", "deny")]
    [InlineData("policy.RegisterArgument+svc", "work", "dom0", "deny")]
    [InlineData("qubes.ConnectTCP+22", "work", "personal", "deny")]
    [InlineData("qubes.ConnectTCP+22", "work", "@default", "deny")]
    [InlineData("qubes.FeaturesRequest", "work", "dom0", "allow dom0")]
    [InlineData("qubes.FeaturesRequest", "work", "personal", "none")]
    [InlineData("qubes.NotifyTools", "work", "dom0", "allow dom0")]
    [InlineData("qubes.NotifyUpdates", "debian", "dom0", "allow dom0")]
    [InlineData("qubes.GetRandomizedTime", "anon", "dom0", "allow dom0")]
    [InlineData("qubes.SyncAppMenus", "debian", "dom0", "allow dom0")]
    [InlineData("qubes.Filecopy", "work", "personal", "ask")]
    [InlineData("qubes.Filecopy", "work", "@default", "ask")]
    [InlineData("qubes.Filecopy", "work", "dom0", "none")]
    [InlineData("qubes.GetDate", "work", "@default", "allow dom0")]
    [InlineData("qubes.GetDate", "work", "sys-net", "allow dom0")]
    [InlineData("qubes.GetDate", "work", "dom0", "allow dom0")]
    [InlineData("qubes.GetDate", "anon", "@default", "deny")]
    [InlineData("qubes.GetDate", "anon", "dom0", "deny")]
    [InlineData("qubes.GetImageRGBA", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.GetImageRGBA", "work", "personal", "ask")]
    [InlineData("qubes.OpenInVM", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.OpenInVM", "work", "@default", "ask")]
    [InlineData("qubes.OpenURL", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.OpenURL", "work", "personal", "ask")]
    [InlineData("qubes.StartApp+firefox", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.StartApp+firefox", "work", "personal", "ask")]
    [InlineData("qubes.StartApp", "personal", "@dispvm", "deny")] // it has no template for disposables
    [InlineData("qubes.Notifications", "work", "@default", "allow dom0")]
    [InlineData("qubes.Notifications", "work", "personal", "none")]
    [InlineData("qubes.UpdatesProxy", "whonix", "@default", "allow sys-whonix")]
    [InlineData("qubes.UpdatesProxy", "whonix", "sys-net", "deny")]
    [InlineData("qubes.UpdatesProxy", "debian", "@default", "allow sys-net")]
    [InlineData("qubes.UpdatesProxy", "debian", "sys-whonix", "deny")]
    [InlineData("qubes.UpdatesProxy", "work", "@default", "deny")]
    [InlineData("qubes.VMShell", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.VMShell", "work", "personal", "deny")]
    [InlineData("qubes.VMShell", "work", "dom0", "none")]
    [InlineData("qubes.VMExec+id", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.VMExec+id", "work", "personal", "deny")]
    [InlineData("qubes.VMExecGUI+id", "work", "@dispvm", "allow @dispvm:dvm")]
    [InlineData("qubes.VMExecGUI+id", "work", "@default", "deny")]
    [InlineData("qubes.VMRootShell", "work", "@dispvm", "deny")]
    [InlineData("qubes.VMRootShell", "work", "personal", "deny")]
    [InlineData("other.Service", "work", "personal", "none")]
    public void Services_of_qubes(string call, string source, string target, string verdict) => Assert.Equal(verdict, Judge(Load(), call, source, target));

    [Theory]
    [InlineData("qubes.RestoreById+1", "mgmt", "storage", "allow storage")]
    [InlineData("qubes.RestoreById+1", "mgmt", "work", "none")]
    [InlineData("qubes.RestoreById+1", "work", "storage", "none")]
    [InlineData("admin.vm.List", "mgmt", "dom0", "allow dom0")]
    [InlineData("admin.vm.List", "mgmt", "work", "allow dom0")]
    [InlineData("admin.vm.Create.AppVM+debian", "mgmt", "dom0", "allow dom0")]
    [InlineData("admin.vm.Create.AppVM+debian", "storage", "dom0", "none")]
    [InlineData("admin.vm.property.Set+memory", "mgmt", "restored", "allow dom0")]
    [InlineData("admin.vm.property.Set+memory", "mgmt", "work", "none")]
    [InlineData("admin.vm.property.GetAll", "mgmt", "restored", "allow dom0")]
    [InlineData("admin.vm.tag.Set+work", "mgmt", "restored", "allow dom0")]
    [InlineData("admin.vm.tag.Set+backup-restore-mgmt", "mgmt", "restored", "deny")]
    [InlineData("admin.vm.tag.Set+backup-restore-storage", "mgmt", "restored", "deny")]
    [InlineData("admin.vm.tag.Remove+backup-restore-in-progress", "mgmt", "restored", "deny")]
    [InlineData("admin.vm.tag.Set+backup-restore-in-progress", "mgmt", "work", "deny")]
    [InlineData("admin.vm.volume.Import+private", "mgmt", "restored", "allow dom0")]
    [InlineData("admin.vm.volume.Import+private", "mgmt", "work", "none")]
    [InlineData("admin.vm.Start", "mgmt", "restored", "none")]
    [InlineData("admin.vm.Remove", "mgmt", "restored", "none")]
    [InlineData("admin.vm.device.pci.Assign+dom0+00_01.0", "mgmt", "restored", "none")]
    [InlineData("admin.vm.property.Set+memory", "restored", "restored", "none")]
    public void A_restoration_apart_from_dom0(string call, string source, string target, string verdict) => Assert.Equal(verdict, Judge(Load(), call, source, target));

    /// <summary>Nobody may call anything before somebody says so; only where clients try first is it denied without a word.</summary>
    [Fact]
    public void At_first_no_call_of_the_api_is_admitted()
    {
        var policy = Load();
        foreach (var method in PackagedServices.Callable.Concat(MethodTable.NotOnSocket))
        {
            foreach (var target in new[] { "dom0", "work", "manager", "@default" })
            {
                var verdict = Verdict(policy, method.Name, "manager", target);
                Assert.True(verdict is PolicyDenied, $"{method.Name} to {target}");
                Assert.Equal(!method.Name.EndsWith(".GetAll", StringComparison.Ordinal), ((PolicyDenied)verdict).Notify);
            }
        }
    }

    [Theory]
    [InlineData("admin-local-ro", MethodScope.Local, false)]
    [InlineData("admin-local-rwx", MethodScope.Local, true)]
    [InlineData("admin-global-ro", MethodScope.Global, false)]
    [InlineData("admin-global-rwx", MethodScope.Global, true)]
    public void Each_list_admits_the_calls_of_its_kind(string list, MethodScope scope, bool changes)
    {
        var policy = Load((Lists + list, "\nmanager @adminvm allow target=dom0\nmanager @tag:watched allow,target=dom0\n"));
        foreach (var method in PackagedServices.Callable)
        {
            var isAdmitted = method.Scope == scope && (changes || method.Access == MethodAccess.Read) &&
                (!method.IsOwn || method.Access == MethodAccess.Read) && !method.Name.EndsWith(".AdminVM", StringComparison.Ordinal);
            Assert.Equal((method.Name, isAdmitted), (method.Name, Judge(policy, method.Name + "+argument", "manager", "work") == "allow dom0"));
            Assert.Equal((method.Name, isAdmitted), (method.Name, Judge(policy, method.Name, "manager", "dom0") == "allow dom0"));
            Assert.IsType<PolicyDenied>(Verdict(policy, method.Name, "manager", "personal"));
            Assert.IsType<PolicyDenied>(Verdict(policy, method.Name, "work", "dom0"));
        }
    }

    [Theory]
    [InlineData("admin-local-ro", "admin.vm.property.Get+name", "allow dom0")]
    [InlineData("admin-local-ro", "admin.vm.property.Set+name", "none")]
    [InlineData("admin-local-ro", "admin.vm.List", "none")]
    [InlineData("admin-global-ro", "admin.vm.List", "allow dom0")]
    [InlineData("admin-local-rwx", "admin.vm.Console", "allow dom0")]
    [InlineData("admin-local-rwx", "admin.vm.volume.ImportWithSize+private", "allow dom0")]
    [InlineData("admin-local-rwx", "admin.vm.device.usb.Attach+x", "allow dom0")]
    [InlineData("admin-local-rwx", "admin.vm.device.mic.Available", "allow dom0")]
    [InlineData("admin-local-rwx", "admin.vm.device.testclass.Available", "none")]
    [InlineData("admin-local-rwx", "internal.vm.volume.ImportBegin+private", "none")]
    [InlineData("admin-global-rwx", "admin.vm.Create.AdminVM", "none")]
    [InlineData("admin-global-rwx", "qubes.cqrs.Restore+1", "none")]
    [InlineData("admin-global-ro", "qubes.cqrs.State", "allow dom0")]
    [InlineData("admin-policy-ro", "policy.Get+30-user", "allow dom0")]
    [InlineData("admin-policy-ro", "policy.GetFiles+svc", "allow dom0")]
    [InlineData("admin-policy-ro", "policy.include.List", "allow dom0")]
    [InlineData("admin-policy-ro", "policy.Replace+30-user", "none")]
    [InlineData("admin-policy-rwx", "policy.include.Remove+x", "allow dom0")]
    [InlineData("admin-policy-rwx", "policy.List", "allow dom0")]
    [InlineData("admin-policy-rwx", "policy.EvalSimple+svc", "none")]
    [InlineData("admin-global-rwx", "policy.List", "none")]
    public void A_line_in_a_list_admits(string list, string call, string verdict) =>
        Assert.Equal(verdict, Judge(Load((Lists + list, "manager @adminvm allow target=dom0\n")), call, "manager", "dom0"));

    [Theory]
    [InlineData("qubes.VMShell * @anyvm @dispvm deny", "qubes.VMShell", "work", "@dispvm", "deny")]
    [InlineData("policy.RegisterArgument +u2f.Authenticate sys-net @anyvm allow target=dom0", "policy.RegisterArgument+u2f.Authenticate", "sys-net", "work", "allow dom0")]
    [InlineData("policy.RegisterArgument +u2f.Authenticate sys-net @anyvm allow target=dom0", "policy.RegisterArgument+other", "sys-net", "work", "deny")]
    [InlineData("qubes.ConnectTCP +8080 work @default allow target=personal", "qubes.ConnectTCP+8080", "work", "@default", "allow personal")]
    public void One_s_own_rules_come_first(string rule, string call, string source, string target, string verdict) =>
        Assert.Equal(verdict, Judge(Load((User, rule + "\n")), call, source, target));

    [Fact]
    public void Old_rules_come_before_what_is_shipped() => Assert.Equal(
        "allow personal", Judge(Load((PolicyLocations.Standard.Legacy + "/qubes.VMShell", "work personal allow\n")), "qubes.VMShell", "work", "personal"));

    [Fact]
    public void Only_calls_that_there_are_stand_in_it() => Assert.All(
        Load().Files.SelectMany(path => File.ReadLines(Package.At(path[1..]))).Select(line => line.Split(' ')).Select(words => words[0] == "!include-service" ? words[1] : words[0])
            .Where(word => word.StartsWith("admin.", StringComparison.Ordinal) || word.StartsWith("qubes.cqrs.", StringComparison.Ordinal)).Distinct(),
        name => Assert.Contains(MethodTable.All, method => method.Name == name));

    [Fact]
    public void Programs_that_know_no_more_than_letters_can_read_it() =>
        Assert.All(Package.Below(PackagedPolicy.Folder), path => Assert.True(File.ReadAllText(Package.At(path)).All(character => character is '\n' or (>= ' ' and <= '~')), path));

    private static LoadedPolicy Load(params (string Path, string Text)[] added)
    {
        var files = PolicyFiles.None.With(PolicyLocations.Runtime, PolicyFile.Folder).With(PolicyLocations.Standard.Legacy, PolicyFile.Folder);
        files = Package.Below(PackagedPolicy.Folder).Aggregate(files, (known, path) => known.With("/" + path, PolicyFile.Of(File.ReadAllText(Package.At(path)))));
        return PolicyLoader.Load(added.Aggregate(files, (known, file) => known.With(file.Path, PolicyFile.Of(known.Find(file.Path).Text + file.Text))), PolicyLocations.Standard);
    }

    private static PolicyVerdict Verdict(LoadedPolicy policy, string call, string source, string target) =>
        PolicyEvaluator.Judge(policy.Rules, System, PolicyRequest.Of(call, source, target)).Verdict;

    private static string Judge(LoadedPolicy policy, string call, string source, string target) => Verdict(policy, call, source, target) switch
    {
        PolicyAllowed allowed => "allow " + allowed.Target,
        PolicyAsked => "ask",
        { Rule: null } => "none",
        _ => "deny",
    };
}

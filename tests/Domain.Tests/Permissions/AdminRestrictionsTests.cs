namespace Qubes.Cqrs.Domain.Tests;

public sealed class AdminRestrictionsTests
{
    private static readonly Scenario Usual = Scenario.Usual();

    public static TheoryData<string, string, string> NobodyMay
    {
        get
        {
            var calls = new TheoryData<string, string, string>();
            foreach (var caller in new[] { "dom0", "work", "rem" })
            {
                foreach (var feature in new[] { "deferred-netvm-original", "preload-dispvm", "preload-dispvm-completed", "preload-dispvm-in-progress" })
                {
                    calls.Add(caller, "admin.vm.feature.Set", feature);
                    calls.Add(caller, "admin.vm.feature.Remove", feature);
                }
            }

            return calls;
        }
    }

    [Theory]
    [MemberData(nameof(NobodyMay))]
    public void Features_of_the_daemon_are_nobodys_to_change(string caller, string method, string feature) => Assert.Equal(
        "changing this feature is prohibited by qubes.ext.admin.AdminExtension",
        Assert.Throws<PermissionRefusedException>(() => AdminRestrictions.Check(Usual.Qube(caller), method, feature)).Message);

    [Theory]
    [InlineData("work", "admin.vm.tag.Set", "created-by-x")]
    [InlineData("work", "admin.vm.tag.Remove", "created-by-dom0")]
    [InlineData("rem", "admin.vm.tag.Set", "created-by-x")]
    [InlineData("rem", "admin.vm.tag.Remove", "created-by-dom0")]
    public void Who_created_a_qube_is_for_dom0_to_say(string caller, string method, string tag) => Assert.Equal(
        "changing this tag is prohibited by qubes.ext.admin.AdminExtension",
        Assert.Throws<PermissionRefusedException>(() => AdminRestrictions.Check(Usual.Qube(caller), method, tag)).Message);

    [Theory]
    [InlineData("dom0", "admin.vm.tag.Set", "created-by-x")]
    [InlineData("dom0", "admin.vm.tag.Remove", "created-by-dom0")]
    [InlineData("work", "admin.vm.tag.Get", "created-by-x")]
    [InlineData("work", "admin.vm.tag.Set", "managed-by-x")]
    [InlineData("work", "admin.vm.feature.Get", "preload-dispvm")]
    [InlineData("work", "admin.vm.feature.Set", "preload-dispvm-max")]
    public void All_else_is_for_the_policy_to_say(string caller, string method, string argument) =>
        AdminRestrictions.Check(Usual.Qube(caller), method, argument);
}

using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

public class ErrorTableTests
{
    /// <summary>One row for each: a refusal, the name and text it has on the wire, and whether the log has a warning of it.</summary>
    public static TheoryData<DomainException, string, string, WireErrorFamily> Rows { get; } = new()
    {
        { new InvalidRequestException("unexpected payload"), "ProtocolError", "unexpected payload", WireErrorFamily.Protocol },
        { new InvalidTagException("Invalid tag"), "QubesInvalidTagError", "Invalid tag", WireErrorFamily.Protocol },
        { new InvalidLabelException("Label must not be a digit"), "QubesInvalidLabelError", "Label must not be a digit", WireErrorFamily.Protocol },
        { new InvalidLabelValueException("Label value must start with: 0x"), "QubesInvalidLabelValueError", "Label value must start with: 0x", WireErrorFamily.Protocol },
        { new NotEnoughMemoryException("work"), "QubesMemoryError", "Not enough memory to start domain 'work'", WireErrorFamily.Refusal },
        { new QubeNotPausedException("Domain is not paused: 'work'"), "QubesVMNotPausedError", "Domain is not paused: 'work'", WireErrorFamily.Refusal },
        { new ShutdownTimedOutException("work"), "QubesVMShutdownTimeoutError", "Domain shutdown timed out: 'work'", WireErrorFamily.Refusal },
        { new PermissionRefusedException("Argument not in 'pools'"), "PermissionDenied", "Argument not in 'pools'", WireErrorFamily.Permission },
        { new RefusedException("Unknown storage pool x"), "QubesException", "Unknown storage pool x", WireErrorFamily.Refusal },
        { new InvalidValueException("VM name too long"), "QubesValueError", "VM name too long", WireErrorFamily.Refusal },
        { new InvalidPropertyValueException("no"), "QubesPropertyValueError", "no", WireErrorFamily.Refusal },
        { new NoSuchPropertyException("x", "work"), "QubesNoSuchPropertyError", "Invalid property 'x' of work", WireErrorFamily.Refusal },
        { new QubeErrorException("Not supported by RemoteVM"), "QubesVMError", "Not supported by RemoteVM", WireErrorFamily.Refusal },
        { new QubeNotFoundException("no'such"), "QubesVMNotFoundError", "No such domain: \"no'such\"", WireErrorFamily.Refusal },
        { new InvalidQubeUuidException("0000"), "QubesVMInvalidUUIDError", "VM UUID is not valid: '0000'", WireErrorFamily.Refusal },
        { new QubeAlreadyExistsException("work"), "QubesVMAlreadyExistsError", "Qube already exists: work", WireErrorFamily.Refusal },
        { new QubeInUseException("Domain is in use: 'work'"), "QubesVMInUseError", "Domain is in use: 'work'", WireErrorFamily.Refusal },
        { new QubeNotStartedException("Domain is powered off: 'work'"), "QubesVMNotStartedError", "Domain is powered off: 'work'", WireErrorFamily.Refusal },
        { new QubeNotRunningException("x"), "QubesVMNotRunningError", "x", WireErrorFamily.Refusal },
        { new QubeNotHaltedException("Domain is not powered off: 'work'"), "QubesVMNotHaltedError", "Domain is not powered off: 'work'", WireErrorFamily.Refusal },
        { new LabelNotFoundException("pink"), "QubesLabelNotFoundError", "Label does not exist: pink", WireErrorFamily.Refusal },
        { new LabelInUseException("'red'"), "QubesLabelInUseError", "Label is still in use: 'red'", WireErrorFamily.Refusal },
        { new FeatureNotFoundException("work", "f"), "QubesFeatureNotFoundError", "Feature not set for domain work: f", WireErrorFamily.Refusal },
        { new TagNotFoundException("work", "t"), "QubesTagNotFoundError", "Tag not set for domain work: t", WireErrorFamily.Refusal },
        { new PoolInUseException("Storage pool is in use: 'p'"), "QubesPoolInUseError", "Storage pool is in use: 'p'", WireErrorFamily.Refusal },
        { new DeviceAlreadyAssignedException(new("pci", "dom0", "00_01.0", "*"), "work"), "DeviceAlreadyAssigned", "'pci device dom0:00_01.0:* already assigned to work'", WireErrorFamily.Refusal },
        { new DeviceAlreadyAttachedException("Device dom0:sda::None already attached to work"), "DeviceAlreadyAttached", "'Device dom0:sda::None already attached to work'", WireErrorFamily.Refusal },
        { new DeviceNotAssignedException("pci device 00_01.0 not attached to work"), "DeviceNotAssigned", "'pci device 00_01.0 not attached to work'", WireErrorFamily.Refusal },
        { new DeviceNotFoundException(), "DeviceNotFound", "", WireErrorFamily.Refusal },
        { new InvalidAssignmentModeException(), "QubesUnrecognizedDeviceAssignmentMode", "Invalid assignment mode", WireErrorFamily.Protocol },
        { new StorageRefusedException("ZFS is not available on this system"), "StoragePoolException", "ZFS is not available on this system", WireErrorFamily.Refusal },
        { new PoolNotFoundException("p"), "QubesPoolNotFoundError", "No such storage pool: 'p'", WireErrorFamily.Refusal },
        { new VolumeNotFoundException("p", "v"), "QubesVolumeNotFoundError", "No such volume in pool 'p': 'v'", WireErrorFamily.Refusal },
        { new RevisionNotFoundException("v", "1"), "QubesVolumeRevisionNotFoundError", "Volume v has no revision '1'", WireErrorFamily.Refusal },
        { new VolumeTokenNotFoundException(), "QubesVolumeCopyTokenNotFoundError", "'Token to clone volume of qube was not found'", WireErrorFamily.Protocol },
        { new InvalidPolicyCallException("Unrecognized token"), "PolicyAdminProtocolException", "Unrecognized token", WireErrorFamily.Protocol },
        { new PolicyTokenException("Token mismatch"), "PolicyAdminTokenException", "Token mismatch", WireErrorFamily.Refusal },
        { new PolicyFileNotFoundException("/x"), "PolicyAdminFileNotFoundException", "Not found: /x", WireErrorFamily.Refusal },
        { new InvalidPolicyFileNameException("."), "PolicyAdminInvalidFileNameException", "Invalid policy file name: .\nNames must contain only alphanumeric characters, underscore and hyphen.", WireErrorFamily.Protocol },
        { new InvalidPolicyFilePathException("/x"), "PolicyAdminInvalidFilePathException", "Expecting a path inside /x", WireErrorFamily.Refusal },
        { new PolicyChangeRefusedException(new("/x", 1, "invalid directive", 1, "a rule")), "PolicyAdminSyntaxException", "Policy change validation failed: /x:1: invalid directive", WireErrorFamily.Refusal },
        { new NotBuiltException("This feature is not available"), "QubesNotImplementedError", "This feature is not available", WireErrorFamily.Refusal },
    };

    [Theory]
    [MemberData(nameof(Rows), DisableDiscoveryEnumeration = true)]
    public void A_refusal_has_its_name_and_text(DomainException refusal, string className, string text, WireErrorFamily family)
    {
        using var reply = new ReplyWriter();
        reply.Ok("what was written before the refusal does not count");
        Assert.True(ErrorTable.TryWrite(reply, refusal));
        Assert.Equal($"2\0{className}\0\0{text}\0", Encoding.UTF8.GetString(reply.Written.Span));
        Assert.Equal(new WireError(className, family), ErrorTable.Find(refusal.GetType()));
    }

    [Fact]
    public void Every_refusal_has_a_row_and_every_row_a_test()
    {
        var refusals = typeof(DomainException).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DomainException)) && !type.IsAbstract);
        Assert.Equal(Names(refusals), Names(ErrorTable.Types));
        Assert.Equal(Names(ErrorTable.Types), Names(Rows.Select(row => row.Data.Item1.GetType())));
    }

    [Theory]
    [InlineData("DeviceNotAssigned", "pci device 00_01.0 not attached to work", "'pci device 00_01.0 not attached to work'")]
    [InlineData("DeviceAlreadyAttached", "it's", "\"it's\"")]
    [InlineData("DeviceAlreadyAssigned", "x", "'x'")]
    [InlineData("DeviceNotFound", "", "")]
    [InlineData("QubesVolumeCopyTokenNotFoundError", "Token to clone volume of qube was not found", "'Token to clone volume of qube was not found'")]
    [InlineData("QubesVMNotFoundError", "No such domain: 'x'", "No such domain: 'x'")]
    [InlineData("QubesFeatureNotFoundError", "x", "x")]
    [InlineData("QubesTagNotFoundError", "x", "x")]
    [InlineData("QubesLabelNotFoundError", "x", "x")]
    public void Classes_derived_from_KeyError_without_a_text_of_their_own_show_a_literal(string className, string text, string message) =>
        Assert.Equal(message, ErrorTable.MessageOf(className, text));

    [Fact]
    public void A_traceback_is_told_when_asked_for()
    {
        using var reply = new ReplyWriter();
        Assert.True(ErrorTable.TryWrite(reply, new RefusedException("x"), "line 1"));
        Assert.Equal("2\0QubesException\0line 1\0x\0", Encoding.UTF8.GetString(reply.Written.Span));
    }

    [Fact]
    public void A_refusal_without_a_row_is_not_answered()
    {
        using var reply = new ReplyWriter();
        Assert.False(ErrorTable.TryWrite(reply, new Unknown()));
        Assert.True(reply.IsEmpty);
    }

    private static string[] Names(IEnumerable<Type> types) => [.. types.Select(type => type.Name).Order(StringComparer.Ordinal)];

    private sealed class Unknown : DomainException;
}

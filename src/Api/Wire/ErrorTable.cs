using System.Collections.Frozen;
using Qubes.Cqrs.Domain;
using static Qubes.Cqrs.Api.WireErrorFamily;

namespace Qubes.Cqrs.Api;

/// <summary>The wire name of every expected refusal; anything that is not in here is a bug and never answered.</summary>
/// <remarks>Source: spec, wire protocol 3.1, 3.2 and 4; policy 5.</remarks>
public static class ErrorTable
{
    private static readonly FrozenSet<string> QuotedClasses = FrozenSet.ToFrozenSet(
    [
        "DeviceAlreadyAssigned",
        "DeviceAlreadyAttached",
        "DeviceNotAssigned",
        "DeviceNotFound",
        "QubesVolumeCopyTokenNotFoundError",
    ]);

    private static readonly FrozenDictionary<Type, WireError> Rows = new Dictionary<Type, WireError>
    {
        [typeof(InvalidRequestException)] = new("ProtocolError", Protocol),
        [typeof(InvalidTagException)] = new("QubesInvalidTagError", Protocol),
        [typeof(InvalidLabelException)] = new("QubesInvalidLabelError", Protocol),
        [typeof(InvalidLabelValueException)] = new("QubesInvalidLabelValueError", Protocol),
        [typeof(PermissionRefusedException)] = new("PermissionDenied", Permission),
        [typeof(RefusedException)] = new("QubesException", Refusal),
        [typeof(InvalidValueException)] = new("QubesValueError", Refusal),
        [typeof(InvalidPropertyValueException)] = new("QubesPropertyValueError", Refusal),
        [typeof(NoSuchPropertyException)] = new("QubesNoSuchPropertyError", Refusal),
        [typeof(QubeErrorException)] = new("QubesVMError", Refusal),
        [typeof(QubeNotFoundException)] = new("QubesVMNotFoundError", Refusal),
        [typeof(InvalidQubeUuidException)] = new("QubesVMInvalidUUIDError", Refusal),
        [typeof(QubeAlreadyExistsException)] = new("QubesVMAlreadyExistsError", Refusal),
        [typeof(QubeInUseException)] = new("QubesVMInUseError", Refusal),
        [typeof(QubeNotStartedException)] = new("QubesVMNotStartedError", Refusal),
        [typeof(QubeNotRunningException)] = new("QubesVMNotRunningError", Refusal),
        [typeof(QubeNotHaltedException)] = new("QubesVMNotHaltedError", Refusal),
        [typeof(QubeNotPausedException)] = new("QubesVMNotPausedError", Refusal),
        [typeof(ShutdownTimedOutException)] = new("QubesVMShutdownTimeoutError", Refusal),
        [typeof(NotEnoughMemoryException)] = new("QubesMemoryError", Refusal),
        [typeof(LabelNotFoundException)] = new("QubesLabelNotFoundError", Refusal),
        [typeof(LabelInUseException)] = new("QubesLabelInUseError", Refusal),
        [typeof(FeatureNotFoundException)] = new("QubesFeatureNotFoundError", Refusal),
        [typeof(TagNotFoundException)] = new("QubesTagNotFoundError", Refusal),
        [typeof(PoolInUseException)] = new("QubesPoolInUseError", Refusal),
        [typeof(DeviceAlreadyAssignedException)] = new("DeviceAlreadyAssigned", Refusal),
        [typeof(DeviceAlreadyAttachedException)] = new("DeviceAlreadyAttached", Refusal),
        [typeof(DeviceNotAssignedException)] = new("DeviceNotAssigned", Refusal),
        [typeof(DeviceNotFoundException)] = new("DeviceNotFound", Refusal),
        [typeof(InvalidAssignmentModeException)] = new("QubesUnrecognizedDeviceAssignmentMode", Protocol),
        [typeof(StorageRefusedException)] = new("StoragePoolException", Refusal),
        [typeof(PoolNotFoundException)] = new("QubesPoolNotFoundError", Refusal),
        [typeof(VolumeNotFoundException)] = new("QubesVolumeNotFoundError", Refusal),
        [typeof(RevisionNotFoundException)] = new("QubesVolumeRevisionNotFoundError", Refusal),
        [typeof(VolumeTokenNotFoundException)] = new("QubesVolumeCopyTokenNotFoundError", Protocol),
        [typeof(InvalidPolicyCallException)] = new("PolicyAdminProtocolException", Protocol),
        [typeof(PolicyTokenException)] = new("PolicyAdminTokenException", Refusal),
        [typeof(PolicyFileNotFoundException)] = new("PolicyAdminFileNotFoundException", Refusal),
        [typeof(InvalidPolicyFileNameException)] = new("PolicyAdminInvalidFileNameException", Protocol),
        [typeof(InvalidPolicyFilePathException)] = new("PolicyAdminInvalidFilePathException", Refusal),
        [typeof(PolicyChangeRefusedException)] = new("PolicyAdminSyntaxException", Refusal),
        [typeof(NotBuiltException)] = new("QubesNotImplementedError", Refusal),
    }.ToFrozenDictionary();

    /// <summary>Every type of refusal that has a row.</summary>
    public static IReadOnlyCollection<Type> Types => Rows.Keys;

    /// <summary>The row of a refusal; null when it has none, which is a bug.</summary>
    public static WireError? Find(Type refusal) => Rows.GetValueOrDefault(refusal);

    /// <summary>Whether texts of the class appear on the wire as Python literals.</summary>
    public static bool IsQuoted(string className) => QuotedClasses.Contains(className);

    /// <summary>The message field for a text of the class; an exception raised without a text has none.</summary>
    public static string MessageOf(string className, string text) => text.Length > 0 && IsQuoted(className) ? PythonText.Repr(text) : text;

    /// <summary>Replaces what <paramref name="reply"/> holds by the refusal; false, and nothing is changed, when the refusal has no row.</summary>
    public static bool TryWrite(ReplyWriter reply, DomainException refusal, string traceback = "")
    {
        if (Find(refusal.GetType()) is not { } row)
        {
            return false;
        }

        reply.Clear();
        reply.Exception(row.ClassName, MessageOf(row.ClassName, refusal.Message), traceback);
        return true;
    }
}

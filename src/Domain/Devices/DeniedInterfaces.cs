namespace Qubes.Cqrs.Domain;

/// <summary>The interfaces that a qube's devices must not have when they are attached by hand.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.device.denied.*; devices 4.</remarks>
public static class DeniedInterfaces
{
    /// <summary>The property that holds them.</summary>
    public const string Property = "devices_denied";

    private const string All = "all";

    /// <summary>The codes.</summary>
    /// <exception cref="QubeErrorException">The qube is remote.</exception>
    public static IEnumerable<string> Of(World world, Qube qube) =>
        DeviceInterface.Split(PropertyValues.Get(world, CheckHolder(qube), Property)?.Text ?? "");

    /// <summary>Refuses a payload that is no list of codes, each once.</summary>
    /// <exception cref="DomainException">It is none.</exception>
    public static void CheckList(string codes)
    {
        if (codes.Length % DeviceInterface.Length != 0)
        {
            throw new InvalidValueException($"Invalid length of interfaces={PythonText.Repr(codes)} (is {codes.Length}, expected multiple of 7)");
        }

        var list = DeviceInterface.Split(codes).ToList();
        if (list.Distinct(StringComparer.Ordinal).Count() != list.Count)
        {
            throw new InvalidRequestException("Duplicated device interfaces in payload.");
        }
    }

    /// <summary>Adds codes; announced even when they are there.</summary>
    /// <exception cref="DomainException">Something in the list is no code, or the qube is remote.</exception>
    public static void Add(Draft draft, QubeId id, string codes)
    {
        CheckList(codes);
        var denied = Of(draft.World, draft.World.Qube(id));
        Properties.Set(draft, id, Property, Join(denied.Union(DeviceInterface.Split(codes), StringComparer.Ordinal)));
    }

    /// <summary>Removes codes, or all of them; those that are not there are ignored.</summary>
    /// <exception cref="DomainException">It is no list of codes, or the qube is remote.</exception>
    public static void Remove(Draft draft, QubeId id, string codes)
    {
        var denied = Of(draft.World, draft.World.Qube(id)).ToList();
        if (codes != All)
        {
            CheckList(codes);
        }

        var left = codes == All ? [] : denied.Except(DeviceInterface.Split(codes), StringComparer.Ordinal).ToList();
        if (left.Count != denied.Count)
        {
            Properties.Set(draft, id, Property, Join(left));
        }
    }

    /// <summary>Refuses to attach a device by hand that has a denied interface, or whose interfaces are not known.</summary>
    /// <exception cref="PermissionRefusedException">It has.</exception>
    public static void Check(World world, Qube qube, DeviceAddress address)
    {
        var denied = Of(world, qube).ToList();
        if (denied.Count == 0)
        {
            return;
        }

        var device = address.IsConcrete ? KnownDevices.Matching(world, address).FirstOrDefault() : null;
        if (device is null)
        {
            throw new PermissionRefusedException("Could not load interfaces to verify against denied list");
        }

        if (DeviceInterface.Split(device.Interfaces).FirstOrDefault(code => denied.Any(pattern => DeviceInterface.Matches(pattern, code))) is { } banned)
        {
            throw new PermissionRefusedException($"Device exposes a banned interface: {banned}");
        }
    }

    private static Qube CheckHolder(Qube qube) => qube.IsLocal ? qube : throw new QubeErrorException("Not supported by RemoteVM");

    private static string Join(IEnumerable<string> codes) => string.Concat(codes.Order(StringComparer.Ordinal));
}

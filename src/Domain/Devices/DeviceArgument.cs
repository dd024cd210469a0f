namespace Qubes.Cqrs.Domain;

/// <summary>The argument of calls about one device: <c>backend+port[+device]</c>, with <c>_</c> for any.</summary>
/// <remarks>Source: spec, devices 2.</remarks>
public static class DeviceArgument
{
    private const string AnyInArgument = "_";

    /// <summary>The device that the argument names.</summary>
    /// <exception cref="InvalidRequestException">It is malformed.</exception>
    /// <exception cref="QubeNotFoundException">There is no such backend.</exception>
    public static DeviceAddress Parse(World world, string @class, string argument)
    {
        var (backend, rest) = Split(argument);
        if (backend != DeviceAddress.Any && world.Find(backend) is null)
        {
            throw new QubeNotFoundException(backend);
        }

        rest = rest.Replace('+', ':');
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var port = Unescape(colon < 0 ? rest : rest[..colon]);
        var device = colon < 0 ? "" : Unescape(rest[(colon + 1)..]);
        DeviceText.CheckPort(port);
        DeviceText.CheckValue(device);
        return new DeviceAddress(
            @class, backend, port, device.Length == 0 ? DeviceAddress.Any : device.Replace("_______", DeviceInterface.Unknown, StringComparison.Ordinal));
    }

    /// <summary>The backend (not looked up) and the rest of an argument.</summary>
    /// <exception cref="InvalidRequestException">It has no <c>+</c>.</exception>
    public static (string Backend, string Place) Split(string argument)
    {
        var plus = argument.IndexOf('+', StringComparison.Ordinal);
        return plus < 0
            ? throw new InvalidRequestException("expected <backend>+<port>[+<device>] as the argument")
            : (Unescape(argument[..plus]), Unescape(argument[(plus + 1)..]));
    }

    private static string Unescape(string part) => part == AnyInArgument ? DeviceAddress.Any : part;
}

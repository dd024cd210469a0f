using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads and writes assignments in the grammar of <see cref="DeviceText"/>.</summary>
/// <remarks>Source: spec, devices 3; addenda 2 to 4.</remarks>
public static class AssignmentText
{
    private const string Manual = DeviceModes.Manual;

    /// <summary>The assignment that a payload describes; what it leaves out is taken from <paramref name="expected"/>.</summary>
    /// <param name="world">Where the frontend is looked up.</param>
    /// <param name="untrustedPayload">The payload.</param>
    /// <param name="expected">The device that the argument names.</param>
    /// <exception cref="InvalidRequestException">It is malformed, or is about another device.</exception>
    public static DeviceAssignment Parse(World world, ReadOnlySpan<byte> untrustedPayload, DeviceAddress expected)
    {
        var pairs = DeviceText.Parse(Decode(untrustedPayload));
        Expect(pairs, "backend_domain", expected.Backend, "Got device exposed by {0}when expected devices from {1}.");
        Expect(pairs, "port_id", expected.Port, "Got device from port: {0} when expected port: {1}.");
        Expect(pairs, "devclass", expected.Class, "Got {0} device when expected {1}.");
        var device = pairs.GetValueOrDefault("device_id") ?? expected.Device;
        if (expected.Device != DeviceAddress.Any && device != expected.Device)
        {
            throw new InvalidRequestException($"Unrecognized device identity '{device}' expected '{expected.Device}'");
        }

        var options = Options(pairs);
        var mode = pairs.GetValueOrDefault("mode") ?? Manual;
        if (!DeviceModes.IsKnown(mode))
        {
            throw new InvalidRequestException($"{PythonText.Repr(mode)} is not a valid AssignmentMode");
        }

        var frontend = pairs.GetValueOrDefault("frontend_domain");
        return frontend is null || world.Find(frontend) is not null
            ? new DeviceAssignment(expected.Class, expected.Backend, expected.Port, device, mode, options) { Frontend = frontend }
            : throw new InvalidRequestException($"No such domain: {PythonText.Repr(frontend)}");
    }

    /// <summary>The assignment as lists of them show it.</summary>
    public static string Write(DeviceAssignment assignment)
    {
        var text = new StringBuilder()
            .Append(DeviceText.Pair("device_id", assignment.Device)).Append(' ')
            .Append(DeviceText.Pair("port_id", assignment.Port)).Append(' ')
            .Append(DeviceText.Pair("devclass", assignment.Class)).Append(' ')
            .Append(DeviceText.Pair("backend_domain", assignment.Backend)).Append(' ')
            .Append(DeviceText.Pair("mode", assignment.Mode));
        if (assignment.Frontend is { } frontend)
        {
            text.Append(' ').Append(DeviceText.Pair("frontend_domain", frontend));
        }

        foreach (var option in assignment.Options)
        {
            text.Append(' ').Append(DeviceText.Pair("_" + option.Name, option.Value));
        }

        return text.ToString();
    }

    private static EquatableArray<NamedText> Options(IReadOnlyDictionary<string, string> pairs)
    {
        foreach (var key in pairs.Keys)
        {
            if (!key.StartsWith('_') && key is not ("backend_domain" or "port_id" or "devclass" or "device_id" or "mode" or "frontend_domain"))
            {
                throw new InvalidRequestException($"DeviceAssignment.__init__() got an unexpected keyword argument {PythonText.Repr(key)}");
            }
        }

        var options = pairs.Where(pair => pair.Key.StartsWith('_')).Select(pair => new NamedText(pair.Key[1..], pair.Value)).ToEquatableArray();
        return options.Count <= DeviceAssignment.MostOptions
            ? options
            : throw new InvalidRequestException(string.Create(CultureInfo.InvariantCulture, $"More than {DeviceAssignment.MostOptions} options"));
    }

    private static void Expect(IReadOnlyDictionary<string, string> pairs, string key, string expected, string complaint)
    {
        if (pairs.GetValueOrDefault(key) is { } given && given != expected)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.InvariantCulture, complaint, given, expected));
        }
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var wrong = bytes.IndexOfAnyExceptInRange((byte)0, (byte)127);
        return wrong < 0
            ? Encoding.ASCII.GetString(bytes)
            : throw new InvalidRequestException(string.Create(
                CultureInfo.InvariantCulture, $"'ascii' codec can't decode byte 0x{bytes[wrong]:x2} in position {wrong}: ordinal not in range(128)"));
    }
}

using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.deviceclass.*</c> and <c>admin.vm.device.*</c>.</summary>
/// <remarks>Attaching and detaching is answered when it is done; a client that hangs up stops nothing. Source: spec, admin-api.yaml; devices 2, 3 and 7.</remarks>
internal sealed class DeviceCalls(DeviceProcess devices)
{
    internal void AddTo(AdminMethods methods)
    {
        methods.Read("admin.deviceclass.List", call => call.Reply.Ok(string.Concat(KnownDevices.Classes.Select(name => name + "\n"))));
        methods.Read("admin.vm.device.denied.List", call => call.Reply.Ok(string.Join('\n', DeniedInterfaces.Of(call.World, call.Destination))));
        methods.Change("admin.vm.device.denied.Add", call => new DenyInterfaces(call.Destination.Id, call.CopyUntrustedPayload()));
        methods.Change("admin.vm.device.denied.Remove", call => new AllowInterfaces(call.Destination.Id, call.CopyUntrustedPayload()));
        foreach (var name in KnownDevices.Classes)
        {
            AddClass(methods, name);
        }
    }

    private void AddClass(AdminMethods methods, string @class)
    {
        var prefix = $"admin.vm.device.{@class}.";
        methods.Read(prefix + "Available", call => ListAvailable(call, @class));
        methods.Read(prefix + "Assigned", call => List(call, Domain.Devices.Assigned(call.Destination, @class)));
        methods.Read(prefix + "Attached", call => List(call, Attachments.Listed(call.World, call.Destination, @class)));
        methods.Read(prefix + "List", call => ListInOlderWords(call, @class));
        methods.Change(prefix + "Assign", call => new AssignDevice(call.Destination.Id, @class, call.Argument, call.CopyUntrustedPayload()));
        methods.Change(prefix + "Unassign", call => new UnassignDevice(call.Destination.Id, @class, call.Argument));
        Serve(methods, prefix + "Attach", call => devices.AttachAsync(
            new AttachDevice(call.Destination.Id, @class, call.Argument, call.CopyUntrustedPayload()), call.ToCall(), call.Ct));
        Serve(methods, prefix + "Detach", call => devices.DetachAsync(
            new DetachDevice(call.Destination.Id, @class, call.Argument), call.ToCall(), call.Ct));
        methods.Change(prefix + "Set.assignment", call => new SetDeviceMode(call.Destination.Id, @class, call.Argument, call.CopyUntrustedPayload()));
        methods.Change(
            prefix + "Set.persistent", call => new SetDevicePersistent(call.Destination.Id, @class, call.Argument, call.CopyUntrustedPayload()));
    }

    private static void Serve(AdminMethods methods, string method, Func<AdminCall, Task> carryOut) => methods.Serve(method, async call =>
    {
        await carryOut(call).ConfigureAwait(false);
        call.Reply.Ok();
    });

    private static void ListAvailable(AdminCall call, string @class)
    {
        var devices = KnownDevices.Of(call.World, call.Destination, @class);
        if (call.Argument.Length > 0)
        {
            devices = devices.Where(device => device.Port == call.Argument);
        }

        Answer(call, devices.Select(device => ($"{device.Port}:{device.Device}", Attachments.WithFrontend(call.World, device).ToString())));
    }

    private static void List(AdminCall call, IEnumerable<DeviceAssignment> assignments)
    {
        // A list shows any backend as Python shows none.
        Answer(call, AtArgument(call, assignments).Select(assignment => (
            $"{(assignment.Backend == DeviceAddress.Any ? "None" : assignment.Backend)}+{assignment.Port}:{assignment.Device}",
            AssignmentText.Write(assignment))));
    }

    // The older form: options as words, and whether the device comes back at the next start.
    private static void ListInOlderWords(AdminCall call, string @class)
    {
        Answer(call, AtArgument(call, Domain.Devices.Assigned(call.Destination, @class)).Select(assignment => (
            $"{assignment.Backend}+{assignment.Port}",
            string.Join(' ', Words(assignment)))));
    }

    private static IEnumerable<string> Words(DeviceAssignment assignment)
    {
        var words = assignment.Options.Select(option => $"{option.Name}={option.Value}".Replace(' ', '_'));
        return assignment.Mode == DeviceModes.Required ? words.Append("persistent=True") : words;
    }

    private static IEnumerable<DeviceAssignment> AtArgument(AdminCall call, IEnumerable<DeviceAssignment> assignments)
    {
        if (call.Argument.Length == 0)
        {
            return assignments;
        }

        var (backend, port) = DeviceArgument.Split(call.Argument);
        return assignments.Where(assignment => assignment.Backend == backend && assignment.Port == port);
    }

    private static void Answer(AdminCall call, IEnumerable<(string Key, string Text)> lines)
    {
        var sorted = lines.OrderBy(line => line.Key, StringComparer.Ordinal).ToList();
        if (call.Argument.Length > 0 && sorted.Count > 1)
        {
            throw new DeviceNotFoundException();
        }

        call.Reply.Ok();
        foreach (var (key, text) in sorted)
        {
            call.Reply.Append(text.Length > 0 ? $"{key} {text}\n" : key + "\n");
        }
    }
}

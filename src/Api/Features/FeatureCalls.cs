using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>admin.vm.feature.*</c>.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.feature.*.</remarks>
internal static class FeatureCalls
{
    private const string Prefix = "admin.vm.feature.";

    internal static void AddTo(AdminMethods methods)
    {
        methods.Read(Prefix + "List", List);
        AddLookup(methods, "Get", (_, qube, feature) => qube.Features.Find(feature));
        AddLookup(methods, "CheckWithTemplate", FeatureLookup.WithTemplate);
        AddLookup(methods, "CheckWithNetvm", FeatureLookup.WithNetVm);
        AddLookup(methods, "CheckWithAdminVM", FeatureLookup.WithAdminVm);
        AddLookup(methods, "CheckWithTemplateAndAdminVM", FeatureLookup.WithTemplateAndAdminVm);
        methods.Change(Prefix + "Set", call => new SetFeature(call.Destination.Id, call.Argument, call.CopyUntrustedPayload()));
        methods.Change(Prefix + "Remove", call => new RemoveFeature(call.Destination.Id, call.Argument));
    }

    private static void List(AdminCall call)
    {
        call.Reply.Ok();
        foreach (var (feature, _) in call.Destination.Features)
        {
            call.Reply.Append(feature).Append("\n"u8);
        }
    }

    private static void AddLookup(AdminMethods methods, string name, Func<World, Qube, string, string?> find) => methods.Read(Prefix + name, call =>
        call.Reply.Ok(find(call.World, call.Destination, call.Argument) ?? throw new FeatureNotFoundException(call.Destination.Name, call.Argument)));
}

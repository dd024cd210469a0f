using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>policy.List</c>, <c>Get</c>, <c>Replace</c>, <c>Remove</c> for both folders, and <c>policy.GetFiles</c>.</summary>
/// <remarks>Source: spec, policy 5: the order of the checks and the texts.</remarks>
internal sealed class PolicyFileCalls(PolicyChanges changes)
{
    internal void AddTo(AdminMethods methods)
    {
        foreach (var (prefix, folder) in new[] { ("policy.", PolicyFolder.Main), ("policy.include.", PolicyFolder.Includes) })
        {
            methods.Read(prefix + "List", call => List(call, folder));
            methods.Read(prefix + "Get", call => Get(call, folder));
            methods.Serve(prefix + "Replace", call => ReplaceAsync(call, folder));
            methods.Serve(prefix + "Remove", call => RemoveAsync(call, folder));
        }

        methods.Read("policy.GetFiles", GetFiles);
    }

    private void List(AdminCall call, PolicyFolder folder)
    {
        if (call.Argument.Length > 0)
        {
            throw new InvalidPolicyCallException("Unexpected argument");
        }

        RequireNoPayload(call);
        StorageReply.Write(call, changes.List(folder));
    }

    private void Get(AdminCall call, PolicyFolder folder)
    {
        RequireNoPayload(call);
        var (token, content) = changes.Get(folder, call.Argument);
        call.Reply.Ok();
        call.Reply.Append(token).Append("\n"u8).Append(content);
    }

    private void GetFiles(AdminCall call)
    {
        RequireNoPayload(call);
        StorageReply.Write(call, changes.FilesWithRulesFor(call.Argument));
    }

    private async ValueTask ReplaceAsync(AdminCall call, PolicyFolder folder)
    {
        await changes.ReplaceAsync(folder, call.Argument, call.CopyUntrustedPayload(), call.ToCall(), call.Ct).ConfigureAwait(false);
        call.Reply.Ok();
    }

    private async ValueTask RemoveAsync(AdminCall call, PolicyFolder folder)
    {
        await changes.RemoveAsync(folder, call.Argument, call.CopyUntrustedPayload(), call.ToCall(), call.Ct).ConfigureAwait(false);
        call.Reply.Ok();
    }

    private static void RequireNoPayload(AdminCall call)
    {
        if (!call.Request.UntrustedPayload.IsEmpty)
        {
            throw new InvalidPolicyCallException("Unexpected payload");
        }
    }
}

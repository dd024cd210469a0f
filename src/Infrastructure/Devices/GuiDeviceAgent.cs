using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Asks the user through the service <c>device-agent.GUI</c> of the qube that shows windows by default, dom0's among them.</summary>
/// <param name="paths">Where the sockets of dom0's own services lie.</param>
/// <param name="qrexec">Reaches the services of other qubes.</param>
/// <param name="patience">How long the user may think.</param>
/// <remarks>Source: spec, devices 6 (confirmation agent). What the agent answers is bounded; who asked checks the name.</remarks>
public sealed class GuiDeviceAgent(RootedPaths paths, IQrexec qrexec, TimeSpan patience) : IDeviceAgent
{
    private const string Service = "device-agent.GUI";
    private const string Allow = "allow:";

    private readonly GuiService services = new(paths, qrexec);

    /// <inheritdoc/>
    public async ValueTask<string?> AskAsync(World world, DeviceQuestion question, CancellationToken ct)
    {
        if (PropertyValues.Get(world, null, "default_guivm")?.AsQube() is not { } id || world.Find(id) is not { } gui)
        {
            return null;
        }

        var ended = await services.CallAsync(gui.Name, Service, "+ dom0 keyword adminvm", Write(world, question), patience, ct).ConfigureAwait(false);
        var answer = ended.Output.Trim();
        return answer.Length <= GuiService.MostBytes && answer.StartsWith(Allow, StringComparison.Ordinal) ? answer[Allow.Length..] : null;
    }

    /// <summary>The question as the agent reads it.</summary>
    internal static byte[] Write(World world, DeviceQuestion question)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("source", question.Backend);
            json.WriteString("device_name", question.Description);
            json.WriteString("argument", question.Argument);
            json.WriteStrings("targets", question.Targets);
            json.WriteString("default_target", question.Targets is [var only] ? only : "");
            json.WriteStartObject("icons");
            foreach (var qube in question.Targets.Append(question.Backend).Distinct(StringComparer.Ordinal).Select(world.Find).OfType<Qube>())
            {
                json.WriteString(qube.Name, PropertyValues.Get(world, qube, "icon")?.Text ?? "");
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

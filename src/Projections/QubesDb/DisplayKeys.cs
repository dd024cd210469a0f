using System.Globalization;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Who shows a qube's windows and plays its sound, and how its keyboard is laid out.</summary>
/// <remarks>Source: spec, qubesdb.md 2; extensions.md, gui and audio.</remarks>
internal static class DisplayKeys
{
    private const string Keyboard = "/keyboard-layout";
    private const string Audio = "/qubes-audio-domain-xid";

    /// <summary>All of them, for a new database.</summary>
    internal static void WriteAll(DatabaseEdits edits, Qube qube)
    {
        var world = edits.World;
        foreach (var feature in (string[])["gui-videoram-overhead", "gui-videoram-min"])
        {
            if (FeatureLookup.WithTemplateAndAdminVm(world, qube, feature) is { } value)
            {
                edits.Write(qube.Id, "/qubes-" + feature, value);
            }
        }

        WriteEnabled(edits, qube);
        var guiVm = Reference(world, qube, "guivm");
        if (guiVm is not null && guiVm.Id != qube.Id)
        {
            WriteKeyboard(edits, qube);
        }

        WriteXid(edits, qube, guiVm, "/qubes-gui-domain-xid");
        if (qube.Features.Find("service.guivm") is { Length: > 0 })
        {
            edits.Write(qube.Id, "/guivm-windows-prefix", qube.Features.Find("guivm-windows-prefix") ?? "GuiVM");
        }

        WriteAudio(edits, qube);
    }

    /// <summary>The layout in force.</summary>
    internal static void WriteKeyboard(DatabaseEdits edits, Qube qube) =>
        edits.Write(qube.Id, Keyboard, PropertyValues.Get(edits.World, qube, "keyboard_layout")?.Text ?? "");

    /// <summary>Those that a guivm shows and whose layout is left to it hear of its own.</summary>
    internal static void WriteKeyboardOfShown(DatabaseEdits edits, Qube guiVm)
    {
        foreach (var qube in Users(edits, guiVm, "guivm").Where(qube => !qube.Properties.ContainsKey("keyboard_layout")))
        {
            WriteKeyboard(edits, qube);
        }
    }

    /// <summary>Who plays the sound: nothing is said of one that does not run.</summary>
    internal static void WriteAudio(DatabaseEdits edits, Qube qube)
    {
        var audioVm = Reference(edits.World, qube, "audiovm");
        if (audioVm is null)
        {
            edits.Remove(qube.Id, Audio);
        }

        WriteXid(edits, qube, audioVm, Audio);
    }

    /// <summary>A qube that has started tells those who use it for windows and sound.</summary>
    internal static void WriteUsers(DatabaseEdits edits, Qube started)
    {
        foreach (var qube in Users(edits, started, "guivm"))
        {
            WriteEnabled(edits, qube);
            WriteXid(edits, qube, started, "/qubes-gui-domain-xid");
        }

        foreach (var qube in Users(edits, started, "audiovm"))
        {
            WriteXid(edits, qube, started, Audio);
        }
    }

    private static IEnumerable<Qube> Users(DatabaseEdits edits, Qube target, string property) =>
        edits.Active.Where(qube => qube.Id != target.Id && Reference(edits.World, qube, property)?.Id == target.Id);

    private static void WriteEnabled(DatabaseEdits edits, Qube qube)
    {
        var enabled = Reference(edits.World, qube, "guivm") is not null && qube.Features.Find("gui") is not "";
        edits.Write(qube.Id, "/qubes-gui-enabled", enabled ? "True" : "False");
    }

    private static void WriteXid(DatabaseEdits edits, Qube qube, Qube? target, string path)
    {
        if (target is not null && target.Id != qube.Id && Xid(edits.World, target) is { } xid)
        {
            edits.Write(qube.Id, path, xid.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static int? Xid(World world, Qube qube) => qube.IsDom0 ? 0 : PowerStates.Active(world, qube.Id)?.Xid;

    private static Qube? Reference(World world, Qube qube, string property) =>
        PropertyCatalog.Find(qube.Class, property) is null ? null : PropertyValues.GetQube(world, qube, property);
}

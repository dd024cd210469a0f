namespace Qubes.Cqrs.Domain;

/// <summary>The domain that emulates devices for an HVM.</summary>
/// <remarks>Source: spec, lifecycle.md 7 and 9.</remarks>
public static class DeviceModel
{
    /// <summary>Whether it runs Linux, as it does unless it was switched off, and not MiniOS.</summary>
    public static bool IsLinux(World world, Qube qube) => FeatureLookup.WithTemplate(world, qube, "linux-stubdom") is not "";

    /// <summary>Whether it needs the larger image, which holds an agent and sound.</summary>
    public static bool IsFull(World world, Qube qube) => IsLinux(world, qube) &&
        (FeatureLookup.WithTemplate(world, qube, "stubdom-qrexec") is { Length: > 0 } || SoundModel(world, qube) is not null);

    /// <summary>The sound card that it emulates, or null for none.</summary>
    public static string? SoundModel(World world, Qube qube) =>
        FeatureLookup.WithTemplate(world, qube, "audio-model") is { Length: > 0 } model ? model : null;

    /// <summary>The graphics card that it emulates, or null for none.</summary>
    public static string? VideoModel(World world, Qube qube) => FeatureLookup.WithTemplate(world, qube, "video-model") switch
    {
        "none" => null,
        null or "" => "vga",
        var model => model,
    };
}

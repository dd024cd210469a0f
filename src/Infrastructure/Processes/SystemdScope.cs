namespace Qubes.Cqrs.Infrastructure;

/// <summary>Gives the daemons of running qubes a scope of their own, so that a restart of this daemon's unit leaves them alone.</summary>
/// <remarks>With <c>KillMode=mixed</c> systemd kills whatever is left in the unit's control group. docs/systemd.md has the reasons.</remarks>
internal static class SystemdScope
{
    private const string Booted = "/run/systemd/system"; // what sd_booted(3) looks at
    private const string Runner = "/usr/bin/systemd-run";

    /// <summary>The call in a scope of its own where systemd runs this host, else the call as it is.</summary>
    internal static ProgramCall Wrap(ProgramCall call, RootedPaths paths) => Directory.Exists(paths.OnDisk(Booted)) && File.Exists(paths.OnDisk(Runner))
        ? call with
        {
            Path = paths.OnDisk(Runner),
            Arguments = ["--scope", "--quiet", "--collect", "--slice=system-qubes.slice", "--", call.Path, .. call.Arguments],
        }
        : call;
}

namespace Qubes.Cqrs.Infrastructure;

/// <summary>A key of the configuration file.</summary>
/// <param name="Name">Section and key, joined by a dot.</param>
/// <param name="Default">The value when it is absent, as one would write it; empty for none.</param>
/// <param name="Set">Puts a value into the configuration.</param>
internal sealed record ConfigurationKey(string Name, string Default, Func<DaemonConfiguration, YamlValue, DaemonConfiguration> Set);

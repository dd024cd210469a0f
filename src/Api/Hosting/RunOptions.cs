namespace Qubes.Cqrs.Api;

/// <summary>What <c>qubesd run</c> was told on the command line.</summary>
/// <param name="Root">The folder below which every path of the product lies; null for <c>/</c>.</param>
/// <param name="ConfigFile">The configuration; null for the usual place.</param>
/// <param name="Import">A store to import, or null.</param>
/// <param name="Simulate">The description of a simulated host, or null.</param>
/// <param name="Debug">Whether replies carry traces and the log says more.</param>
public sealed record RunOptions(string? Root, string? ConfigFile, string? Import, string? Simulate, bool Debug);

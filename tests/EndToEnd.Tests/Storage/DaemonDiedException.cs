namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The daemon died before it answered.</summary>
internal sealed class DaemonDiedException(string request) : Exception($"the daemon died in {request}");

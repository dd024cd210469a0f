using System.Text.Json;
using Qubes.Cqrs.Domain.Tests;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The qubes that the original was asked about.</summary>
internal static class RecordedQubes
{
    private static readonly JsonDocument All = JsonDocument.Parse(Given.Text("policy-cases.systems.json"));

    /// <summary>One of the recorded systems.</summary>
    internal static RecordedSystem Named(string name) => RecordedSystem.Of(All.RootElement.GetProperty(name));
}

using System.Text.Json.Nodes;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Reads an event of an alias that is no longer written as one of its successor.</summary>
public interface IUpcaster
{
    /// <summary>The alias in the log that it reads.</summary>
    string Alias { get; }

    /// <summary>The alias that it gives; may have an upcaster of its own.</summary>
    string NewAlias { get; }

    /// <summary>The payload under the new alias.</summary>
    /// <param name="payload">The payload as it was stored; may be changed and returned.</param>
    JsonObject Upcast(JsonObject payload);
}

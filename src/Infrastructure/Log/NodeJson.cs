using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The generated code for payloads that upcasters handle.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class NodeJson : JsonSerializerContext;

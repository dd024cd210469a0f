namespace Qubes.Cqrs.Infrastructure;

/// <summary>A template cannot be read or applied.</summary>
internal sealed class TemplateException(string message) : Exception(message);

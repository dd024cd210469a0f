namespace Qubes.Cqrs.Infrastructure;

/// <summary>A revision in a file.</summary>
/// <param name="Number">Its number, from 1; 0 for one of the older form, which is older than all that have one.</param>
/// <param name="Name">Its name in the API.</param>
/// <param name="File">The name of its file.</param>
/// <param name="CreatedSeconds">When its data was changed last, in seconds since 1970.</param>
internal sealed record ReflinkRevision(long Number, string Name, string File, long CreatedSeconds);

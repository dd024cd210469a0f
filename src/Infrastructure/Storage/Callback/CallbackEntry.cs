using System.Collections.Frozen;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>An entry of the configuration of callback pools.</summary>
/// <param name="ConfId">Its name.</param>
/// <param name="Driver">The driver that is wrapped.</param>
/// <param name="Options">That driver's options, as they were given.</param>
/// <param name="Command">The command that is run where a callback has none of its own; empty when there is none.</param>
/// <param name="Callbacks">The commands of callbacks; <c>-</c> switches one off.</param>
/// <param name="SignalsBack">Whether a callback may ask for the pool to be set up again.</param>
/// <param name="Json">The whole entry, as JSON; the command is given it.</param>
/// <remarks>Source: spec, storage 10.</remarks>
internal sealed record CallbackEntry(
    string ConfId, PoolDriver Driver, FrozenDictionary<string, string> Options, string Command, FrozenDictionary<string, string> Callbacks, bool SignalsBack, string Json)
{
    /// <summary>Every callback, in the order of the specification.</summary>
    internal static readonly EquatableArray<string> Names =
    [
        "pre_sinit", "pre_setup", "post_destroy", "pre_volume_create", "post_volume_create", "post_volume_remove", "pre_volume_resize", "pre_volume_start",
        "post_volume_start", "post_volume_stop", "pre_volume_import_data", "post_volume_import_data_end", "pre_volume_import", "post_volume_import",
        "pre_volume_export", "post_volume_export_end",
    ];

    /// <summary>The pool as the wrapped driver sees it.</summary>
    /// <exception cref="DomainException">The options are none of that driver's.</exception>
    public NewPool Wrapped(string poolName) => PoolDesign.Make(poolName, Driver, Options);
}

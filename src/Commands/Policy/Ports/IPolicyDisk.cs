using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The files of the policy as they lie on the disk, where people edit them by hand.</summary>
public interface IPolicyDisk : IPolicySource
{
    /// <summary>Whether anything may have changed since this was asked last; it costs next to nothing, and never says no after a change.</summary>
    bool TakeChange();
}

using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Reads plan files.</summary>
public interface IPlanFileReader
{
    /// <summary>What a file says.</summary>
    /// <exception cref="InvalidRequestException">It is malformed; the text names the line and the column.</exception>
    PlanFile Read(ReadOnlyMemory<byte> untrustedFile);
}

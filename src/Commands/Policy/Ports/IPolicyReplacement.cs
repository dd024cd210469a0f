namespace Qubes.Cqrs.Commands;

/// <summary>A new content of a file that lies beside its place; given up when it is disposed without having taken it.</summary>
public interface IPolicyReplacement : IDisposable
{
    /// <summary>Takes the place of the file, at once and whole, and stays there after a power failure.</summary>
    void Complete();
}

namespace Qubes.Cqrs.Commands;

/// <summary>Hears of every step by which a driver changes something outside, so that a test can end the process there.</summary>
public interface IStorageSteps
{
    /// <summary>A step is about to be made.</summary>
    /// <param name="what">What the step does, for people: <c>rename private-import.img</c>.</param>
    void Before(string what);
}

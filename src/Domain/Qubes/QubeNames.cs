namespace Qubes.Cqrs.Domain;

/// <summary>What a qube may be called.</summary>
/// <remarks>Source: spec, properties.yaml, name: the checks come in this order.</remarks>
public static class QubeNames
{
    /// <summary>Refuses a text that cannot be a qube's name.</summary>
    /// <exception cref="InvalidValueException">It cannot.</exception>
    public static void Check(string name)
    {
        if (name.Length > 31)
        {
            throw new InvalidValueException("VM name must be shorter than 32 characters");
        }

        if (name is [>= '0' and <= '9' or '_' or '.' or '-', ..])
        {
            throw new InvalidValueException("VM name cannot start with hyphen, underscore, dot or numbers");
        }

        if (name.Length == 0 || !name.All(IsNameCharacter))
        {
            throw new InvalidValueException("VM name contains illegal characters");
        }

        if (name == "Domain-0")
        {
            throw new InvalidValueException("VM name cannot be 'Domain-0'");
        }

        if (name is "none" or "default")
        {
            throw new InvalidValueException("VM name cannot be 'none' nor 'default'");
        }

        if (name.EndsWith("-dm", StringComparison.Ordinal))
        {
            throw new InvalidValueException("VM name cannot end with -dm");
        }
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-';
}

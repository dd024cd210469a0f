namespace Qubes.Cqrs.Domain;

/// <summary>Makes pools of options, as their drivers do.</summary>
/// <remarks>Source: spec, storage 1 and 5; admin-api.yaml, admin.pool.Add.</remarks>
public static class PoolDesign
{
    /// <summary>The longest name in characters: it is also the key of a stream in the log.</summary>
    public const int MaxNameLength = 255;

    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Digits = "0123456789";

    /// <summary>The pool that a client describes, before anything is known of the host.</summary>
    /// <param name="driver">The name of the driver.</param>
    /// <param name="untrustedOptions">Lines of <c>option=value</c>.</param>
    /// <exception cref="DomainException">The description is malformed or no driver can do with it.</exception>
    public static NewPool Parse(string driver, ReadOnlySpan<byte> untrustedOptions)
    {
        var taken = PoolDrivers.Find(driver) ?? throw new PermissionRefusedException("Argument not in 'available drivers'");
        var given = Lines(untrustedOptions);
        if (!given.Remove("name", out var name))
        {
            throw new InvalidRequestException("Pool configuration must contain key: name");
        }

        CheckName(name);
        if (given.Keys.Any(key => taken.Options.All(option => option.Name != key)))
        {
            throw new InvalidRequestException("Unexpected driver options found");
        }

        CheckValues(taken, given);
        return Make(name, taken, given);
    }

    /// <summary>The pool of a driver with options that are known to be its own.</summary>
    /// <exception cref="DomainException">A required option is missing, or a value is none of its option's.</exception>
    public static NewPool Make(string name, PoolDriver driver, IReadOnlyDictionary<string, string> options)
    {
        var missing = driver.Options.Where(option => option.IsRequired && !options.ContainsKey(option.Name)).ToList();
        if (missing.Count > 0)
        {
            throw new RefusedException($"missing required driver options: {string.Join(' ', missing.Select(option => option.Name))}");
        }

        return new NewPool(name, driver, driver.Options.Select(option => new NamedText(
            option.Name, options.TryGetValue(option.Name, out var text) ? Value(option, text) : option.Default!)).ToEquatableArray()); // given when required
    }

    /// <summary>Refuses a number of revisions that a driver cannot keep.</summary>
    /// <exception cref="InvalidValueException">It cannot.</exception>
    public static void CheckRevisions(string driver, long revisions)
    {
        if (driver == PoolDrivers.LinuxKernel && revisions != 0)
        {
            throw new InvalidValueException("LinuxKernel supports only revisions_to_keep=0");
        }

        if (driver == PoolDrivers.File && revisions > 1)
        {
            throw new InvalidValueException("file pools keep one revision at most");
        }
    }

    private static Dictionary<string, string> Lines(ReadOnlySpan<byte> untrusted)
    {
        var lines = AsciiText.Read(untrusted, "Pool parameters").Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            if (separator < 0)
            {
                throw new InvalidRequestException("Options must be separated by equal sign");
            }

            if (!given.TryAdd(line[..separator], line[(separator + 1)..]))
            {
                throw new InvalidRequestException("Options must be unique");
            }
        }

        return given;
    }

    private static void CheckName(string name)
    {
        if (name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.')))
        {
            throw new InvalidRequestException($"Pool name must be in safe set: {Letters}{Digits}-_.");
        }

        if (name.Length is 0 or > MaxNameLength)
        {
            throw new InvalidValueException(name.Length == 0 ? "Pool name must be set" : "Pool name too long");
        }
    }

    // What is refused of a new pool, but taken over from a store.
    private static void CheckValues(PoolDriver driver, Dictionary<string, string> given)
    {
        foreach (var option in driver.Options)
        {
            // The store is XML, which cannot hold control characters.
            if (given.TryGetValue(option.Name, out var text) && text.Any(char.IsControl))
            {
                throw Refused(option, text);
            }

            if (option.Kind == PoolOptionKind.Number && text is not null && StorageNumbers.TryInteger(text, out var number))
            {
                if (number < -1)
                {
                    throw Refused(option, text);
                }

                CheckRevisions(driver.Name, number);
            }
        }
    }

    private static string Value(PoolOption option, string text)
    {
        switch (option.Kind)
        {
            case PoolOptionKind.Number:
                return StorageNumbers.TryInteger(text, out var number)
                    ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    : throw Refused(option, text);
            case PoolOptionKind.Truth:
                return PropertyParsers.TryBoolean(text) is { } truth
                    ? Text(truth)
                    : throw new InvalidValueException($"Invalid literal for boolean property: {PythonText.Repr(text)}");
            case PoolOptionKind.StrictTruth:
                return text switch
                {
                    "True" or "1" or "on" => Text(true),
                    "" or "False" or "0" or "off" => Text(false),
                    _ => throw Refused(option, text),
                };
            default:
                return text;
        }
    }

    private static string Text(bool value) => value ? "True" : "False";

    private static InvalidValueException Refused(PoolOption option, string text) => new($"{PythonText.Repr(text)} is no value for {option.Name}");
}

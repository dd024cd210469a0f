using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>The rules of labels.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.label.*; addenda 5 and 12.</remarks>
public static class Labels
{
    private const int ColorLength = 8;
    private const string HexDigits = "0123456789abcdefABCDEF";
    private const string SafeSet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    /// <summary>The label that a text names, by name or by index, with <paramref name="acceptPrefix"/> also as <c>label-INDEX</c>.</summary>
    /// <exception cref="LabelNotFoundException">There is none.</exception>
    /// <exception cref="InvalidValueException">A prefix without a number.</exception>
    public static Label Resolve(World world, string text, bool acceptPrefix = false)
    {
        const string prefix = "label-";
        var wanted = text;
        if (acceptPrefix && text.StartsWith(prefix, StringComparison.Ordinal))
        {
            wanted = text[prefix.Length..];
            if (!IsNumber(wanted))
            {
                throw new InvalidValueException($"Invalid label: {PythonText.Repr(text)}");
            }
        }

        return Find(world, wanted) ?? throw new LabelNotFoundException(wanted);
    }

    /// <summary>Refuses a text that no label can be called.</summary>
    /// <exception cref="InvalidLabelException">It cannot.</exception>
    public static void CheckName(string name)
    {
        if (!name.All(character => SafeSet.Contains(character, StringComparison.Ordinal)))
        {
            throw new InvalidLabelException($"Label must be in safe set: {SafeSet}");
        }
    }

    /// <summary>Refuses a text that no new label can be called.</summary>
    /// <exception cref="InvalidLabelException">It cannot.</exception>
    public static void CheckNewName(string name)
    {
        if (name.Length > 0 && name.All(char.IsAsciiDigit))
        {
            throw new InvalidLabelException("Label must not be a digit");
        }

        CheckName(name);
    }

    /// <summary>The colour that a payload gives, trimmed.</summary>
    /// <exception cref="InvalidLabelValueException">It is none.</exception>
    public static string CheckColor(string untrusted)
    {
        if (!untrusted.All(char.IsAscii))
        {
            throw new InvalidLabelValueException("Label value must be encoded in ASCII");
        }

        var color = untrusted.Trim(' ', '\t', '\n', '\v', '\f', '\r');
        if (color.Length != ColorLength)
        {
            throw new InvalidLabelValueException("Label value must have length of 8");
        }

        if (!color.StartsWith("0x", StringComparison.Ordinal))
        {
            throw new InvalidLabelValueException("Label value must start with: 0x");
        }

        return color.AsSpan(2).IndexOfAnyExcept(HexDigits) < 0
            ? color
            : throw new InvalidLabelValueException($"Label value must only contain hexadecimal digits after prefix: {HexDigits}");
    }

    /// <summary>Adds a custom label under the next free index.</summary>
    /// <exception cref="LabelInUseException">The name is taken.</exception>
    public static void Create(Draft draft, string name, string color)
    {
        if (draft.World.Labels.Values.Any(label => label.Name == name))
        {
            throw new LabelInUseException(PythonText.Repr(name));
        }

        var index = draft.World.Labels.Keys.Append(Label.LastBuiltIn).Max() + 1;
        draft.Record(new LabelAdded(index, name, color));
    }

    /// <summary>Removes a custom label that no qube has.</summary>
    /// <exception cref="LabelNotFoundException">There is none.</exception>
    /// <exception cref="InvalidRequestException">A built-in one.</exception>
    /// <exception cref="LabelInUseException">A qube has it.</exception>
    public static void Remove(Draft draft, string name)
    {
        var label = Resolve(draft.World, name);
        if (label.Index <= Label.LastBuiltIn)
        {
            throw new InvalidRequestException("Can only remove custom labels");
        }

        if (draft.World.Qubes.Values.Any(qube => qube.Properties.Find("label")?.AsLabel() == label.Index))
        {
            throw new LabelInUseException(label.Display);
        }

        draft.Record(new LabelRemoved(label.Index));
    }

    private static Label? Find(World world, string text)
    {
        foreach (var label in world.Labels.Values)
        {
            if (label.Name == text)
            {
                return label;
            }
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && world.Labels.TryGetValue(index, out var found) ? found : null;
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
}

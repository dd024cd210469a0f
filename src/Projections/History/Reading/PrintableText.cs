using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.Projections;

/// <summary>Values on one line, with nothing that a terminal would obey.</summary>
public static class PrintableText
{
    /// <summary>The value with every control character written out.</summary>
    public static string Of(string value)
    {
        if (!HasControls(value))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 16);
        foreach (var character in value)
        {
            if (character == '\n')
            {
                text.Append("\\n");
            }
            else if (char.IsControl(character))
            {
                text.Append("\\x").Append(((int)character).ToString("x2", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }

    private static bool HasControls(string value)
    {
        foreach (var character in value)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}

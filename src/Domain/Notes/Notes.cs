namespace Qubes.Cqrs.Domain;

/// <summary>The rules of notes.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.notes.*.</remarks>
public static class Notes
{
    /// <summary>The most bytes that a client may send.</summary>
    public const int MaxBytes = 256000;

    /// <summary>Refuses a qube that has no place for notes.</summary>
    /// <exception cref="QubeErrorException">A remote qube.</exception>
    public static void CheckHolder(Qube qube)
    {
        if (!qube.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }
    }

    /// <summary>The text of a client's bytes, made safe to show.</summary>
    /// <exception cref="InvalidRequestException">Too long, or no UTF-8.</exception>
    public static string Read(ReadOnlySpan<byte> untrusted)
    {
        if (untrusted.Length > MaxBytes)
        {
            throw new InvalidRequestException(FormattableString.Invariant($"Maximum note size is {MaxBytes} bytes ({untrusted.Length} bytes received)"));
        }

        return Utf8Text.TryDecode(untrusted, out var text)
            ? DisplayableText.Sanitise(text)
            : throw new InvalidRequestException($"Unable to sanitise qube notes: {text}");
    }

    /// <summary>Replaces the notes about a qube; the same text again changes nothing.</summary>
    public static void Set(Draft draft, QubeId id, string text)
    {
        CheckHolder(draft.World.Qube(id));
        if (draft.World.Qube(id).Notes != text)
        {
            draft.Record(new NotesSet(id, text));
        }
    }
}

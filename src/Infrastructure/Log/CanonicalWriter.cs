using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Writes the canonical form: bencode (<c>4:text</c>, <c>i7e</c>, <c>l…e</c>, <c>d…e</c>) with <c>n</c>, <c>t</c> and <c>f</c> added.</summary>
/// <remarks>Every value has exactly one form and none is the beginning of another. Description: docs/event-log.md.</remarks>
internal sealed class CanonicalWriter
{
    private const int LongestInteger = 20;
    private readonly List<Member> members = [];
    private byte[] buffer = new byte[1024];
    private byte[] aside = new byte[1024];

    /// <summary>How many bytes were written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    /// <summary>Starts again.</summary>
    public void Clear() => Length = 0;

    /// <summary>A single sign: <c>n</c>, <c>t</c>, <c>f</c>, <c>l</c>, <c>d</c> or <c>e</c>.</summary>
    public void Sign(byte sign)
    {
        Reserve(1)[0] = sign;
        Length++;
    }

    /// <summary>Bytes that are canonical already.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>A text in UTF-8, or plain bytes.</summary>
    public void Text(ReadOnlySpan<byte> bytes)
    {
        var space = Reserve(bytes.Length + LongestInteger);
        Utf8Formatter.TryFormat(bytes.Length, space, out var digits);
        space[digits] = (byte)':';
        bytes.CopyTo(space[(digits + 1)..]);
        Length += digits + 1 + bytes.Length;
    }

    /// <summary>A text.</summary>
    public void Text(string text)
    {
        var count = System.Text.Encoding.UTF8.GetByteCount(text);
        var space = Reserve(count + LongestInteger);
        Utf8Formatter.TryFormat(count, space, out var digits);
        space[digits] = (byte)':';
        System.Text.Encoding.UTF8.GetBytes(text, space[(digits + 1)..]);
        Length += digits + 1 + count;
    }

    /// <summary>A text or nothing.</summary>
    public void TextOrNull(string? text)
    {
        if (text is null)
        {
            Sign((byte)'n');
        }
        else
        {
            Text(text);
        }
    }

    /// <summary>A text in UTF-8, or nothing.</summary>
    public void TextOrNull(ReadOnlySpan<byte> text, bool isThere)
    {
        if (isThere)
        {
            Text(text);
        }
        else
        {
            Sign((byte)'n');
        }
    }

    /// <summary>A whole number.</summary>
    public void Integer(long value)
    {
        var space = Reserve(LongestInteger + 2);
        space[0] = (byte)'i';
        Utf8Formatter.TryFormat(value, space[1..], out var digits);
        space[digits + 1] = (byte)'e';
        Length += digits + 2;
    }

    /// <summary>Starts to collect the members of an object; gives what <see cref="TryEndMembers"/> needs.</summary>
    public int BeginMembers() => members.Count;

    /// <summary>Notes a member that was just written: its name, then its value.</summary>
    public void AddMember(int start, int nameEnd) => members.Add(new Member(start, nameEnd, Length));

    /// <summary>Puts the members that were written since <see cref="BeginMembers"/> in the order of their names; false when two have the same.</summary>
    public bool TryEndMembers(int first)
    {
        var own = CollectionsMarshal.AsSpan(members)[first..];
        var isSorted = true;
        var isDistinct = true;
        for (var index = 1; index < own.Length; index++)
        {
            // Insertion: objects are small, and most come sorted.
            var member = own[index];
            var place = index;
            for (; place > 0; place--)
            {
                var order = NameOf(own[place - 1]).SequenceCompareTo(NameOf(member));
                isDistinct &= order != 0;
                if (order <= 0)
                {
                    break;
                }

                isSorted = false;
                own[place] = own[place - 1];
            }

            own[place] = member;
        }

        if (!isSorted)
        {
            Rewrite(own);
        }

        members.RemoveRange(first, own.Length);
        return isDistinct;
    }

    private void Rewrite(ReadOnlySpan<Member> order)
    {
        var start = int.MaxValue;
        foreach (var member in order)
        {
            start = Math.Min(start, member.Start);
        }

        var length = Length - start;
        if (aside.Length < length)
        {
            aside = new byte[Math.Max(length, aside.Length * 2)];
        }

        Written[start..].CopyTo(aside);
        var at = start;
        foreach (var member in order)
        {
            aside.AsSpan(member.Start - start, member.End - member.Start).CopyTo(buffer.AsSpan(at));
            at += member.End - member.Start;
        }
    }

    private ReadOnlySpan<byte> NameOf(Member member)
    {
        var encoded = buffer.AsSpan(member.Start, member.NameEnd - member.Start);
        return encoded[(encoded.IndexOf((byte)':') + 1)..];
    }

    private Span<byte> Reserve(int count)
    {
        if (buffer.Length - Length < count)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + count));
        }

        return buffer.AsSpan(Length);
    }

    private readonly record struct Member(int Start, int NameEnd, int End);
}

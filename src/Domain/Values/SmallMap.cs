using System.Collections;
using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>An immutable map from names to values that keeps the order of insertion and compares by content.</summary>
/// <remarks>Made for the few dozen properties and features of a qube: a copied array beats a tree there in time and in memory.
/// Replacing a value keeps its place, as the original's dictionaries do.</remarks>
public sealed class SmallMap<TValue> : IReadOnlyCollection<KeyValuePair<string, TValue>>, IEquatable<SmallMap<TValue>>
{
    /// <summary>The map without entries.</summary>
    public static readonly SmallMap<TValue> Empty = new([]);

    private readonly ImmutableArray<KeyValuePair<string, TValue>> entries;

    private SmallMap(ImmutableArray<KeyValuePair<string, TValue>> entries) => this.entries = entries;

    /// <inheritdoc/>
    public int Count => entries.Length;

    /// <summary>The names in order of insertion.</summary>
    public IEnumerable<string> Keys => entries.Select(entry => entry.Key);

    /// <summary>The value under <paramref name="key"/>, or the type's default.</summary>
    public TValue? Find(string key)
    {
        var index = IndexOf(key);
        return index < 0 ? default : entries[index].Value;
    }

    /// <summary>Whether there is an entry under <paramref name="key"/>.</summary>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <summary>A map in which <paramref name="key"/> has <paramref name="value"/>.</summary>
    public SmallMap<TValue> With(string key, TValue value)
    {
        var index = IndexOf(key);
        var entry = KeyValuePair.Create(key, value);
        return new SmallMap<TValue>(index < 0 ? entries.Add(entry) : entries.SetItem(index, entry));
    }

    /// <summary>A map without <paramref name="key"/>.</summary>
    public SmallMap<TValue> Without(string key)
    {
        var index = IndexOf(key);
        return index < 0 ? this : new SmallMap<TValue>(entries.RemoveAt(index));
    }

    /// <inheritdoc/>
    public bool Equals(SmallMap<TValue>? other) => other is not null && entries.SequenceEqual(other.entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SmallMap<TValue>);

    /// <inheritdoc/>
    public override int GetHashCode() => entries.Length;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, TValue>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, TValue>>)entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string key)
    {
        for (var index = 0; index < entries.Length; index++)
        {
            if (string.Equals(entries[index].Key, key, StringComparison.Ordinal))
            {
                return index;
            }
        }

        return -1;
    }
}

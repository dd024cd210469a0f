using System.Security.Cryptography;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The tamper evidence of the log: a salted digest of each event's content, and a chain of hashes over positions and digests.</summary>
/// <remarks>
/// <para>With <c>C(x)</c> the canonical form (<see cref="CanonicalWriter"/>), texts as UTF-8 and in the escaped form in which they are stored:</para>
/// <para><c>digest = SHA-256(C([salt, payload, {causation_id, correlation_id, headers, user_name}]))</c>, where the headers are without the
/// members of <see cref="ChainHeaders"/>, and a missing causation is <c>n</c>.</para>
/// <para><c>hash(n) = SHA-256(hash(n-1) + C([position, id, stream, version, time, type, .NET type, retention, schema, digest]))</c>, where <c>+</c> joins
/// bytes, <c>hash(0)</c> is 32 zero bytes, the id has its 16 bytes in the order of its text, and the time is in microseconds since 1970 (UTC).</para>
/// <para>Erasing an event removes payload, names and salt. Its digest stays, so the chain still verifies, and without the salt nobody can
/// test a guess of what it was made of. Description: docs/event-log.md.</para>
/// </remarks>
internal static class ChainHash
{
    /// <summary>The version of these rules.</summary>
    public const int Schema = 1;

    /// <summary>The bytes of a digest and of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The bytes of a salt.</summary>
    public const int SaltLength = 16;

    /// <summary>The hash before the first event.</summary>
    public static ReadOnlySpan<byte> Start => new byte[Length];

    /// <summary>Computes the digest of an event's content.</summary>
    /// <param name="scratch">Space to work in; its content is lost.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="payload">The payload as JSON.</param>
    /// <param name="columns">The names that have columns of their own, as they are stored.</param>
    /// <param name="headers">The headers as JSON; members of the chain are left out.</param>
    /// <param name="digest">Gets the digest.</param>
    public static void ComputeDigest(
        CanonicalWriter scratch, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload, in NameColumns columns, ReadOnlySpan<byte> headers, Span<byte> digest)
    {
        scratch.Clear();
        scratch.Sign((byte)'l');
        scratch.Text(salt);
        CanonicalJson.Write(payload, scratch);
        scratch.Sign((byte)'d');
        scratch.Text("causation_id"u8);
        scratch.TextOrNull(columns.CausationId);
        scratch.Text("correlation_id"u8);
        scratch.TextOrNull(columns.CorrelationId);
        scratch.Text("headers"u8);
        CanonicalJson.Write(headers, scratch, ChainHeaders.Names);
        scratch.Text("user_name"u8);
        scratch.TextOrNull(columns.UserName);
        scratch.Sign((byte)'e');
        scratch.Sign((byte)'e');
        LogSha256.Hash(scratch.Written, digest);
    }

    /// <summary>Computes the hash of an event from the one before.</summary>
    /// <param name="scratch">Space to work in; its content is lost.</param>
    /// <param name="previous">The hash of the event before, <see cref="Start"/> for the first.</param>
    /// <param name="frame">What the chain itself holds of the event.</param>
    /// <param name="digest">The digest of its content.</param>
    /// <param name="hash">Gets the hash; may be <paramref name="previous"/>.</param>
    public static void ComputeHash(CanonicalWriter scratch, ReadOnlySpan<byte> previous, in ChainFrame frame, ReadOnlySpan<byte> digest, Span<byte> hash)
    {
        Span<byte> id = stackalloc byte[16];
        frame.Id.TryWriteBytes(id, bigEndian: true, out _);
        scratch.Clear();
        scratch.Raw(previous);
        scratch.Sign((byte)'l');
        scratch.Integer(frame.Position);
        scratch.Text(id);
        scratch.Text(frame.Stream);
        scratch.Integer(frame.Version);
        scratch.Integer(frame.Microseconds);
        scratch.Text(frame.Type);
        scratch.Text(frame.ClrType);
        scratch.Text(frame.Retention);
        scratch.Integer(frame.Schema);
        scratch.Text(digest);
        scratch.Sign((byte)'e');
        LogSha256.Hash(scratch.Written, hash);
    }

    /// <summary>Computes the digest of the content of an event from the bytes of its row.</summary>
    /// <param name="scratch">Space to work in; its content is lost.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="payload">The payload as JSON.</param>
    /// <param name="columns">The names that have columns of their own.</param>
    /// <param name="headers">The canonical form of the headers, without the members of the chain.</param>
    /// <param name="digest">Gets the digest.</param>
    public static void ComputeDigest(
        CanonicalWriter scratch, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> payload, in StoredNames columns, ReadOnlySpan<byte> headers, Span<byte> digest)
    {
        scratch.Clear();
        scratch.Sign((byte)'l');
        scratch.Text(salt);
        CanonicalJson.Write(payload, scratch);
        scratch.Raw("d12:causation_id"u8);
        scratch.TextOrNull(columns.CausationId, columns.HasCausation);
        scratch.Raw("14:correlation_id"u8);
        scratch.TextOrNull(columns.CorrelationId, columns.HasCorrelation);
        scratch.Raw("7:headers"u8);
        scratch.Raw(headers);
        scratch.Raw("9:user_name"u8);
        scratch.TextOrNull(columns.UserName, columns.HasUser);
        scratch.Raw("ee"u8);
        LogSha256.Hash(scratch.Written, digest);
    }

    /// <summary>Computes the hash of an event from the bytes of its row; the parameters are those of the other form.</summary>
    public static void ComputeHash(CanonicalWriter scratch, ReadOnlySpan<byte> previous, in StoredFrame frame, ReadOnlySpan<byte> digest, Span<byte> hash)
    {
        scratch.Clear();
        scratch.Raw(previous);
        scratch.Sign((byte)'l');
        scratch.Integer(frame.Position);
        scratch.Text(frame.Id);
        scratch.Text(frame.Stream);
        scratch.Integer(frame.Version);
        scratch.Integer(frame.Microseconds);
        scratch.Text(frame.Type);
        scratch.Text(frame.ClrType);
        scratch.Text(frame.Retention);
        scratch.Integer(frame.Schema);
        scratch.Text(digest);
        scratch.Sign((byte)'e');
        LogSha256.Hash(scratch.Written, hash);
    }
}

/// <summary>The names in an event's metadata that have columns of their own.</summary>
internal readonly record struct NameColumns(string? CorrelationId, string? CausationId, string? UserName);

/// <summary>What the chain hash holds of an event beside its digest.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Stream">Its stream.</param>
/// <param name="Version">Its place in the stream.</param>
/// <param name="Microseconds">Its time since 1970 (UTC).</param>
/// <param name="Type">Its alias.</param>
/// <param name="ClrType">The .NET type that was stored with it.</param>
/// <param name="Retention">Its retention class.</param>
/// <param name="Schema">The version of the rules.</param>
internal readonly record struct ChainFrame(
    long Position, Guid Id, string Stream, long Version, long Microseconds, string Type, string ClrType, string Retention, int Schema);

using System.Text;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The hashes of docs/event-log.md; the expected values were computed by a program of another language, written from that page.</summary>
public sealed class ChainHashTests
{
    private const string Payload = """{"Qube":"0b5b1f7e-1f7e-4a59-9d0c-2f4f9a0e0a11","Text":"é😀\n","Bits":[true,false,null,-7]}""";
    private const string Headers = """{"Method":"admin.vm.notes.Set","Peer":{"UserId":0,"ProcessId":9,"Command":"x"},"Salt":"ignored","Hash":1}""";
    private static readonly byte[] Salt = Enumerable.Range(0, 16).Select(number => (byte)number).ToArray();
    private readonly CanonicalWriter scratch = new();

    [Fact]
    public void Digest_and_chain_are_those_of_the_description()
    {
        var digest = Digest(Payload, Headers);
        Assert.Equal("a96050efd0b6b495471298bd50ad821d5efae4fd606255c92bd240bd27918f4b", Convert.ToHexStringLower(digest));
        var first = new ChainFrame(
            1, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), "qube-x", 3, 1_777_863_721_234_567, "notes-set", "A.B, A", "Configuration", 1);
        var hash = new byte[ChainHash.Length];
        ChainHash.ComputeHash(scratch, ChainHash.Start, first, digest, hash);
        Assert.Equal("b9ad60cad5bec1b7a865a8fba142a93ed3c85f3d46cea2815ad3ecf4b7163465", Convert.ToHexStringLower(hash));
        var second = first with { Position = 2, Id = Guid.Parse("00112233-4455-6677-8899-aabbccddee00"), Version = 4, Retention = "Activity" };
        ChainHash.ComputeHash(scratch, hash, second, digest, hash);
        Assert.Equal("df71a87f9b63ef75c0ee44648db0fa3e6197f8ad1d2bbbf7e99770d5a628e93e", Convert.ToHexStringLower(hash));
    }

    [Fact]
    public void The_bytes_of_a_row_give_the_same_as_its_texts()
    {
        const string headers = """{"Hash":"HEX32","Peer":{"UserId":0},"Salt":"HEX16","Digest":"HEX32","Method":"admin.vm.notes.Set","Sch\u0065ma":1,"Retention":"Activity"}""";
        var bytes = Encoding.UTF8.GetBytes(headers.Replace("HEX32", new string('a', 64), StringComparison.Ordinal).Replace("HEX16", new string('b', 32), StringComparison.Ordinal));
        var (members, names) = (new ChainMembers(), new CanonicalWriter());
        members.Read(bytes, names);
        var read = ChainHeaders.Read(bytes);
        Assert.Equal((read.Schema, read.IsErased, read.Retention), (members.Schema, members.IsErased, Encoding.UTF8.GetString(members.Retention)));
        Assert.True(members.HasSalt && members.Salt.SequenceEqual(read.Salt) && members.Digest.SequenceEqual(read.Digest) && members.Hash.SequenceEqual(read.Hash));

        var (digest, stored) = (new byte[ChainHash.Length], new byte[ChainHash.Length]);
        ChainHash.ComputeDigest(scratch, Salt, Encoding.UTF8.GetBytes(Payload), new NameColumns("request", null, "d\u00f6m0"), bytes, digest);
        var columns = new StoredNames
        {
            CorrelationId = "request"u8,
            HasCorrelation = true,
            CausationId = default,
            HasCausation = false,
            UserName = "d\u00f6m0"u8,
            HasUser = true,
        };
        ChainHash.ComputeDigest(scratch, Salt, Encoding.UTF8.GetBytes(Payload), columns, names.Written, stored);
        Assert.Equal(digest, stored);

        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        ChainHash.ComputeHash(scratch, ChainHash.Start, new ChainFrame(1, id, "qube-x", 3, -5, "notes-set", "A.B, A", "Activity", 1), stored, digest);
        var frame = new StoredFrame
        {
            Position = 1,
            Id = id.ToByteArray(bigEndian: true),
            Stream = "qube-x"u8,
            Version = 3,
            Microseconds = -5,
            Type = "notes-set"u8,
            ClrType = "A.B, A"u8,
            Retention = members.Retention,
            Schema = 1,
        };
        ChainHash.ComputeHash(scratch, ChainHash.Start, frame, stored, stored);
        Assert.Equal(digest, stored);
    }

    [Theory]
    [InlineData("null", "no object")]
    [InlineData("[]", "no object")]
    [InlineData("{}", "Digest is missing")]
    [InlineData("""{"Digest":"x"}""", "Digest is not of its form")]
    [InlineData("""{"Salt":["x"]}""", "Salt is not of its form")]
    public void Headers_without_their_members_are_refused(string headers, string reason) => Assert.Contains(
        reason, Assert.ThrowsAny<System.Text.Json.JsonException>(() => new ChainMembers().Read(Encoding.UTF8.GetBytes(headers), new CanonicalWriter())).Message, StringComparison.Ordinal);

    [Fact]
    public void The_order_of_members_does_not_change_the_digest() =>
        Assert.Equal(Digest("""{"a":1,"bb":{"y":2,"x":[]}}""", """{"B":"1","A":"2"}"""), Digest("""{ "bb": {"x": [], "y": 2}, "a": 1 }""", """{"A": "2", "Digest": 0, "B": "1"}"""));

    [Fact]
    public void A_missing_causation_differs_from_an_empty_one()
    {
        var none = Digest(Payload, Headers);
        var empty = new byte[ChainHash.Length];
        ChainHash.ComputeDigest(scratch, Salt, Encoding.UTF8.GetBytes(Payload), new NameColumns("request", "", "dom0"), Encoding.UTF8.GetBytes(Headers), empty);
        Assert.NotEqual(none, empty);
    }

    private byte[] Digest(string payload, string headers)
    {
        var digest = new byte[ChainHash.Length];
        ChainHash.ComputeDigest(scratch, Salt, Encoding.UTF8.GetBytes(payload), new NameColumns("request", null, "dom0"), Encoding.UTF8.GetBytes(headers), digest);
        return digest;
    }
}

using System.IO.Compression;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>A log that tells of qubes which are gone; their names, values and addresses occur nowhere else.</summary>
public class ForgettableLog : SampleLog
{
    /// <summary>Its words are removed together with it.</summary>
    public const string Secret = "zyqxvault";

    /// <summary>Two qubes had this name, one after the other.</summary>
    public const string Twice = "zyqxtwice";

    /// <summary>A qube is there that a tag of this one's name was given to.</summary>
    public const string Creator = "zyqxmaker";

    private const int SnapshotBody = 100;

    /// <summary>The identity of <see cref="Secret"/>.</summary>
    public static readonly QubeId SecretId = new(new Guid("7a1cbd10-93d5-4b1e-8e5a-6f20e2b9ad01"));

    /// <summary>What must not be found of <see cref="Secret"/>.</summary>
    public static readonly IReadOnlyList<string> Words =
        [Secret, "zyqxcolour", "zyqxfeature", "zyqxnotes", "zyqxhost", "10.137.77.99", "zyqxoption"];

    /// <summary>The names of qubes whose forgetting is interrupted.</summary>
    public static string Doomed(int step) => $"zyqxdoomed{(char)('a' + step)}";

    // What is forgotten is looked for in the files, which are whole when nothing runs.
    protected override bool KeepsServer => false;

    protected override async Task ContinueAsync(EventLogHost log, QubeId work)
    {
        var maker = new QubeId(new Guid("7a1cbd10-93d5-4b1e-8e5a-6f20e2b9ad02"));
        await AppendAsync(log, "admin.vm.Create.AppVM", Life(SecretId, Secret, 901, work));
        await AppendAsync(log, "admin.vm.Create.AppVM", [Added(maker, Creator, 902), new TagAdded(work, "created-by-" + Creator), new QubeRemoved(maker)]);
        for (var number = 0; number < 2; number++)
        {
            var id = new QubeId(new Guid(number + 1, 2, 3, new byte[8]));
            await AppendAsync(log, "admin.vm.Create.AppVM", [Added(id, Twice, 903), new QubeRemoved(id)]);
        }

        for (var step = 0; step < 7; step++)
        {
            var id = new QubeId(new Guid(step + 1, 3, 4, new byte[8]));
            await AppendAsync(log, "admin.vm.Create.AppVM", [Added(id, Doomed(step), 904), new FeatureSet(id, "f", "zyqxdoom", null), new QubeRemoved(id)]);
        }

        await AppendAsync(log, "admin.vm.property.Set", [new PropertySet(work, "memory", PropertyValue.Of(700), PropertyValue.Of(600))]);
    }

    /// <summary>Where the files of the log hold a text: the cluster, the snapshot (unpacked), everything else below the root.</summary>
    public IReadOnlyList<string> Find(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories).Where(file => Holds(file, bytes))];
    }

    private static bool Holds(string file, byte[] bytes)
    {
        var content = File.ReadAllBytes(file);
        return content.AsSpan().IndexOf(bytes) >= 0 ||
            (content.AsSpan().StartsWith("QubesLog"u8) && Unpack(content).AsSpan().IndexOf(bytes) >= 0);
    }

    private static byte[] Unpack(byte[] snapshot)
    {
        using var packed = new BrotliStream(new MemoryStream(snapshot, SnapshotBody, snapshot.Length - SnapshotBody), CompressionMode.Decompress);
        using var body = new MemoryStream();
        packed.CopyTo(body);
        return body.ToArray();
    }

    private static IEnumerable<DomainEvent> Life(QubeId id, string name, int number, QubeId other) =>
    [
        Added(id, name, number),
        new PropertySet(id, "ip", PropertyValue.Of("10.137.77.99"), null),
        new PropertySet(id, "kernelopts", PropertyValue.Of("zyqxoption=1"), PropertyValue.EmptyText),
        new FeatureSet(id, "note", "zyqxfeature", null),
        new NotesSet(id, "zyqxnotes"),
        new FirewallSet(id, [FirewallRuleParser.Parse("action=accept dsthost=zyqxhost.example.org")]),
        new PropertySet(other, "netvm", PropertyValue.Of(id), null),
        new PropertySet(other, "netvm", PropertyValue.NoQube, PropertyValue.Of(id)),
        new TagAdded(other, "created-by-" + name),
        new TagRemoved(other, "created-by-" + name),
        new QubeRemoved(id),
    ];

    private static QubeAdded Added(QubeId id, string name, int number) => new(
        id, name, QubeClass.AppVM, number, [new NamedValue("label", PropertyValue.OfLabel(1))], [new NamedText("colour", name == Secret ? "zyqxcolour" : "red")], [],
        [new VolumeConfig { Name = "private", Pool = "varlibqubes", Vid = $"appvms/{name}/private" }]);
}

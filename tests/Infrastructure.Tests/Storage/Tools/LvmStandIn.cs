using System.Globalization;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Stands in for LVM's tools: logical volumes are files below a folder, and each call is written down.</summary>
public sealed class LvmStandIn(string root) : IToolRunner
{
    private const long Extent = 64 << 10;

    private readonly Dictionary<string, string> origins = new(StringComparer.Ordinal);

    /// <summary>The calls that change something, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>All calls.</summary>
    public int Count { get; private set; }

    /// <summary>How large the thin pool is, in bytes.</summary>
    public long PoolSizeBytes { get; set; } = 1L << 40;

    /// <summary>The volume group's folder of devices.</summary>
    public string Devices { get; } = Directory.CreateDirectory(root + "/dev/qubes_dom0").FullName;

    public ValueTask<ToolResult> RunAsync(ToolCall call, CancellationToken ct)
    {
        Count++;
        if (call.Program != "lvs")
        {
            Calls.Add(call.ToString());
        }

        var (options, names) = Split(call.Arguments);
        try
        {
            var output = call.Program switch
            {
                "lvs" => List(),
                "lvcreate" => Create(options, names.Single()),
                "lvrename" => Rename(names),
                "lvremove" => Remove(Of(names.Single())),
                "lvresize" => Resize(Of(names.Single()), Size(options["--size"])),
                "lvchange" => Of(names.Single())[..0],
                "blkdiscard" => Discard(root + names.Single()),
                _ => throw new InvalidDataException("no such program"),
            };
            return new(new ToolResult(0, output, ""));
        }
        catch (InvalidDataException refused)
        {
            return new(new ToolResult(5, "", $"  WARNING: this is no host\n  {refused.Message}\n"));
        }
    }

    private static (Dictionary<string, string> Options, string[] Names) Split(IReadOnlyList<string> arguments)
    {
        // Like getopt: what begins with a dash before the two dashes is an option.
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var end = arguments.ToList().IndexOf("--");
        for (var at = 0; at < (end < 0 ? arguments.Count : end); at++)
        {
            var isFlag = arguments[at] is "--thin" or "--snapshot" or "--force" or "--yes" or "--noheadings" or "--nosuffix" or "--ignoreactivationskip";
            Assert.StartsWith("--", arguments[at]);
            options.Add(arguments[at], isFlag ? "" : arguments[++at]);
        }

        return (options, end < 0 ? [] : [.. arguments.Skip(end + 1)]);
    }

    private string List()
    {
        var pool = Directory.EnumerateFiles(Devices).Sum(Written) * 100m / PoolSizeBytes;
        var lines = Directory.EnumerateFiles(Devices).Select(file => string.Create(
            CultureInfo.InvariantCulture,
            $"  qubes_dom0;{Path.GetFileName(file)};{origins.GetValueOrDefault(file)};vm-pool;{new FileInfo(file).Length};{Written(file) * 100m / Math.Max(1, new FileInfo(file).Length):f4};Vwi-a-tz--;{Extent};;\n"));
        return string.Concat(lines.Order()) + string.Create(CultureInfo.InvariantCulture, $"  qubes_dom0;vm-pool;;;{PoolSizeBytes};{pool:f8};twi-aotz--;{Extent};1048576;1.5\n  other;vm-x;;;4096;;-wi-a-----;4096;;\n");
    }

    private string Create(Dictionary<string, string> options, string name)
    {
        var made = $"{Devices}/{options["--name"]}";
        if (File.Exists(made))
        {
            throw new InvalidDataException($"Logical Volume \"{options["--name"]}\" already exists in volume group \"qubes_dom0\"");
        }

        if (options.ContainsKey("--snapshot"))
        {
            File.Copy(Of(name), made);
            origins[made] = Path.GetFileName(Of(name));
            return "";
        }

        Assert.Equal("qubes_dom0/vm-pool", name);
        using var file = File.Create(made);
        file.SetLength((Size(options["--virtualsize"]) + Extent - 1) / Extent * Extent);
        return "";
    }

    private string Rename(string[] names)
    {
        var (from, to) = (Of($"{names[0]}/{names[1]}"), $"{Devices}/{names[2]}");
        if (File.Exists(to))
        {
            throw new InvalidDataException("New logical volume name is in use");
        }

        File.Move(from, to);
        origins.Remove(from, out var origin);
        foreach (var copy in origins.Where(copy => copy.Value == names[1]).ToList())
        {
            origins[copy.Key] = names[2];
        }

        origins[to] = origin ?? "";
        return "";
    }

    private string Remove(string file)
    {
        File.Delete(file);
        origins.Remove(file);
        return "";
    }

    private static string Resize(string path, long size)
    {
        using var file = File.OpenWrite(path);
        file.SetLength((size + Extent - 1) / Extent * Extent);
        return "";
    }

    private static string Discard(string path)
    {
        using var file = File.OpenWrite(path);
        var length = file.Length;
        file.SetLength(0);
        file.SetLength(length);
        return "";
    }

    private string Of(string name) => name.StartsWith("qubes_dom0/", StringComparison.Ordinal) && File.Exists($"{Devices}/{name["qubes_dom0/".Length..]}")
        ? $"{Devices}/{name["qubes_dom0/".Length..]}"
        : throw new InvalidDataException($"Failed to find logical volume \"{name}\"");

    private static long Size(string text)
    {
        Assert.EndsWith("b", text);
        return long.Parse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static long Written(string path) => File.ReadAllBytes(path).Chunk(4096).Count(block => block.AsSpan().ContainsAnyExcept((byte)0)) * 4096L;
}

using System.Globalization;
using System.Text.Unicode;
using Qubes.Cqrs.Benchmarks.Wire;

namespace Qubes.Cqrs.Benchmarks.Load;

/// <summary>One Admin API method as a stream of requests, numbered from 0 and spread over the qubes q1 to qN.</summary>
/// <param name="Method">The method, as the protocol spells it.</param>
/// <param name="Writes">True if a request appends to the log, so that its floor is a durable insert.</param>
/// <param name="Frame">Writes the request of a number.</param>
/// <param name="Undo">Writes the request that takes back what the request of that number did; null where nothing piles up.</param>
/// <param name="Internal">True if the method is served on the internal socket.</param>
public sealed record Workload(string Method, bool Writes, FrameWriter Frame, FrameWriter? Undo = null, bool Internal = false)
{
    /// <summary>The methods that can be measured, in the order of the report.</summary>
    public static IReadOnlyList<string> Methods { get; } =
    [
        "admin.vm.List", "admin.vm.property.Get", "admin.vm.property.GetAll", "admin.vm.property.Set", "admin.vm.tag.Set",
    ];

    /// <summary>What a manager does when it opens, and what the policy daemon asks; measured only when it is asked for.</summary>
    public static IReadOnlyList<string> OnDemand { get; } = [SettingsWindow, BulkRead, SystemInfo];

    /// <summary>A settings window: property, feature and tag calls in turn, over all qubes.</summary>
    public const string SettingsWindow = "settings-window";

    /// <summary>The whole state in one call.</summary>
    public const string BulkRead = "qubes.cqrs.State";

    /// <summary>What the policy daemon has to know of all qubes.</summary>
    public const string SystemInfo = "internal.GetSystemInfo";

    /// <summary>Returns the workload of a method on a host with the given number of qubes.</summary>
    public static Workload Of(string method, int qubes) => method switch
    {
        "admin.vm.List" => new(method, false, RequestFrame.Always("admin.vm.List")),
        "admin.vm.property.Get" => new(method, false, (buffer, number) =>
            Fit(Utf8.TryWrite(buffer, $"admin.vm.property.Get+memory dom0 name q{Qube(number, qubes)}\0", out var length), length)),
        "admin.vm.property.GetAll" => new(method, false, (buffer, number) =>
            Fit(Utf8.TryWrite(buffer, $"admin.vm.property.GetAll dom0 name q{Qube(number, qubes)}\0", out var length), length)),
        "admin.vm.property.Set" => new(method, true, (buffer, number) =>
            Fit(Utf8.TryWrite(
                buffer, $"admin.vm.property.Set+memory dom0 name q{Qube(number, qubes)}\0{Memory(number, qubes)}", out var length), length)),
        BulkRead => new(method, false, RequestFrame.Always(BulkRead)),
        SystemInfo => new(method, false, RequestFrame.Always(SystemInfo), Internal: true),
        SettingsWindow => new(method, false, (buffer, number) => Fit(
            Utf8.TryWrite(buffer, $"{WindowCalls[number % WindowCalls.Length]} dom0 name q{Qube(number, qubes)}\0", out var length), length)),
        "admin.vm.tag.Set" => new(method, true, Tag("Set", qubes), Tag("Remove", qubes)),
        _ => throw new BenchmarkException($"{method} is not among the methods that can be measured: {string.Join(", ", Methods.Concat(OnDemand))}."),
    };

    private static readonly string[] WindowCalls =
    [
        "admin.vm.property.Get+memory", "admin.vm.property.Get+netvm", "admin.vm.feature.List", "admin.vm.property.Get+label", "admin.vm.tag.List",
        "admin.vm.property.Get+maxmem", "admin.vm.tag.Get+created-by-dom0", "admin.vm.property.GetDefault+kernel", "admin.vm.property.Get+template",
    ];

    private static FrameWriter Tag(string verb, int qubes)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"admin.vm.tag.{verb}+t");
        return (buffer, number) => Fit(
            Utf8.TryWrite(buffer, $"{header}{number} dom0 name q{Qube(number, qubes)}\0", out var length), length);
    }

    private static long Qube(long number, int qubes) => number % qubes + 1;

    /// <summary>Another value on each pass over the qubes, so that every request changes something.</summary>
    private static int Memory(long number, int qubes) => number / qubes % 2 == 0 ? 500 : 400;

    private static int Fit(bool fitted, int length) => fitted ? length : throw new BenchmarkException("A request outgrew its buffer.");
}

using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The two qrexec services that take the data of a volume, as they are packaged.</summary>
/// <remarks>Source: spec, storage 4 (Import).</remarks>
public sealed class ImportServiceTests : IDisposable
{
    private const string Import = "admin.vm.volume.Import";
    private const string WithSize = "admin.vm.volume.ImportWithSize";
    private const string Succeeded = "0\0";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("import-");
    private readonly string area;

    public ImportServiceTests()
    {
        Directory.CreateDirectory(folder.FullName + "/run");
        area = folder.FullName + "/area";
        File.WriteAllBytes(area, []);
        var program = folder.FullName + "/qubesd";
        File.WriteAllText(program, $"#!/bin/sh\nverb=$1\nshift\nexec '{Repository.Daemon()}' \"$verb\" --root '{folder.FullName}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => folder.Delete(true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000_003)]
    public async Task Exactly_the_volume_s_size_is_taken(int size)
    {
        var data = Data(size);
        await using var server = Serve(size);
        Assert.Equal(Succeeded, await RunAsync(Import, data));

        Assert.Equal(data, await File.ReadAllBytesAsync(area, TestContext.Current.CancellationToken));
        Assert.Equal([("internal.vm.volume.ImportBegin+private backup name work", ""), ("internal.vm.volume.ImportEnd+private backup name work", "ok")], server.Requests);
    }

    [Theory]
    [InlineData("7\n")]
    [InlineData("7 ")]
    public async Task The_size_may_come_first(string header)
    {
        await using var server = Serve(99);
        Assert.Equal(Succeeded, await RunAsync(WithSize, [.. Encoding.ASCII.GetBytes(header), .. "\n 4567 "u8]));

        Assert.Equal("\n 4567 "u8.ToArray(), await File.ReadAllBytesAsync(area, TestContext.Current.CancellationToken));
        Assert.Equal(["7", "ok"], server.Requests.Select(request => request.Payload));
    }

    [Theory]
    [InlineData(Import, "12", "not enough data (copied 2 bytes, expected 4 bytes)")]
    [InlineData(Import, "", "not enough data (copied 0 bytes, expected 4 bytes)")]
    [InlineData(Import, "12345", "too much data (expected 4 bytes)")]
    [InlineData(WithSize, "2\n1", "not enough data (copied 1 bytes, expected 2 bytes)")]
    [InlineData(WithSize, "2", "not enough data (copied 0 bytes, expected 2 bytes)")]
    [InlineData(WithSize, "0\n1", "too much data (expected 0 bytes)")]
    public async Task Another_number_of_bytes_is_refused(string service, string sent, string reason)
    {
        await using var server = Serve(4);
        Assert.Equal($"2\0QubesException\0\0Data import failed: {reason}\0", await RunAsync(service, Encoding.ASCII.GetBytes(sent)));

        Assert.Equal("fail\n" + reason, server.Requests.Last().Payload);
    }

    [Theory]
    [InlineData("", "-")]
    [InlineData("\n1234", "-")]
    [InlineData("-1\n1", "-")]
    [InlineData("1x\n1", "1-")]
    [InlineData("1\0\n1", "1-")]
    [InlineData("$(id)\n", "-")]
    [InlineData("999999999999999999999999999999\n", "999999999999999999999")]
    public async Task What_is_no_size_is_left_to_the_daemon_to_refuse(string sent, string passedOn)
    {
        await using var server = Serve(4);
        var reply = await RunAsync(WithSize, Encoding.ASCII.GetBytes(sent));

        Assert.Equal(passedOn, server.Requests.First().Payload);
        Assert.Equal(passedOn.Contains('-', StringComparison.Ordinal) ? "2\0ProtocolError\0\0Size of new data contains non ASCII digits\0" : reply, reply);
        Assert.Equal(passedOn.Contains('-', StringComparison.Ordinal) ? 1 : 2, server.Requests.Count);
    }

    [Fact]
    public async Task What_cannot_be_written_is_an_error()
    {
        File.Delete(area);
        await using var server = Serve(4);
        Assert.Equal("2\0QubesException\0\0Data import failed: error copying data\0", await RunAsync(Import, "1234"u8.ToArray()));
        Assert.False(File.Exists(area));
    }

    [Fact]
    public async Task Without_a_daemon_nothing_is_answered() => Assert.Equal("", await RunAsync(Import, "1234"u8.ToArray()));

    [Fact]
    public async Task Much_data_comes_as_fast_as_dd_writes_it()
    {
        const int size = 300 << 20;
        var data = Data(size);
        var plain = await MeasureAsync(() => StartAsync("dd", ["of=" + area, "bs=128K", "iflag=fullblock", "conv=fdatasync,notrunc"], data));
        File.WriteAllBytes(area, []);
        await using var server = Serve(size);
        var service = await MeasureAsync(() => RunAsync(Import, data));

        Assert.Equal(size, new FileInfo(area).Length);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(data), System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(area, TestContext.Current.CancellationToken)));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"300 MiB: dd alone {300 / plain.TotalSeconds:f0} MiB/s, the service {300 / service.TotalSeconds:f0} MiB/s with its two calls of the daemon"));
        Assert.Equal(["", "ok"], server.Requests.Select(request => request.Payload));
    }

    private static byte[] Data(int size)
    {
        // Blocks of zeros as disks have them, and ones that are not; the last byte is a zero.
        var data = new byte[size];
        new Random(7).NextBytes(data.AsSpan(0, size / 2));
        return data;
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Task<string>> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private ImportServer Serve(long size) => new(folder.FullName + "/run/qubesd.internal.sock", area, size);

    private Task<string> RunAsync(string service, byte[] data) => StartAsync(Path.Combine(Repository.Root, "packaging/etc/qubes-rpc", service), ["private"], data);

    private async Task<string> StartAsync(string program, string[] arguments, byte[] data)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["QREXEC_REMOTE_DOMAIN"] = "backup";
        start.Environment["QREXEC_REQUESTED_TARGET"] = "work";
        start.Environment["QREXEC_SERVICE_ARGUMENT"] = "private";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(data, TestContext.Current.CancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It refused before it read all.
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return await output;
    }
}

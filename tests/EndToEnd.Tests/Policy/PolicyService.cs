using System.Diagnostics;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The qrexec services of the policy as they are packaged, called as qrexec calls them, for the daemon of a root folder.</summary>
internal sealed class PolicyService
{
    private readonly RootFolder root;
    private readonly string programs;

    public PolicyService(RootFolder root)
    {
        this.root = root;
        programs = root.Below("/programs");
        Directory.CreateDirectory(programs);
        var program = Path.Combine(programs, "qubesd");
        File.WriteAllText(program, $"#!/bin/sh\nverb=$1\nshift\nexec '{Repository.Daemon()}' \"$verb\" --root '{root.Path}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(root.Below("/etc/qubes/policy.d/include"));
        Directory.CreateDirectory(root.Below("/run/qubes/policy.d"));
    }

    /// <summary>Every service that is packaged.</summary>
    public static IEnumerable<string> Packaged() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "packaging/etc/qubes-rpc"), "policy.*")
        .Select(path => Path.GetFileName(path)).Where(name => name != "policy.RegisterArgument");

    public string FileOf(string name) => root.Below("/etc/qubes/policy.d/" + name);

    /// <summary>Calls a service by its full name.</summary>
    public async Task<(int Exit, string Output, string Error)> CallAsync(string service, byte[] payload, CancellationToken ct, string caller = "dom0", bool byName = true)
    {
        var parts = service.Split('+', 2);
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "packaging/etc/qubes-rpc", parts[0]), parts.Length > 1 ? [parts[1]] : [])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["QREXEC_REMOTE_DOMAIN"] = caller;
        if (byName)
            start.Environment["QREXEC_SERVICE_FULL_NAME"] = service;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{service} did not start.");
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(payload, ct);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It answered before it read all.
        }

        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await error);
    }

    public Task<(int Exit, string Output, string Error)> CallAsync(string service, string payload, CancellationToken ct, string caller = "dom0", bool byName = true) =>
        CallAsync(service, Encoding.UTF8.GetBytes(payload), ct, caller, byName);
}

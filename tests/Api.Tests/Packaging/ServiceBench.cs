using System.Runtime.Versioning;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Runs a packaged service as qrexec would, with a daemon of its own and programs that only pretend.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ServiceBench : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("service-");

    internal ServiceBench()
    {
        Directory.CreateDirectory(At("run/qubes/policy.d"));
        Directory.CreateDirectory(At("tmp"));
        Play("qubesd", $"verb=$1; shift; exec '{RanProgram.Daemon}' \"$verb\" --root '{folder.FullName}' \"$@\"");
    }

    /// <summary>Where the service finds what it looks for in <c>/run/qubes</c>.</summary>
    internal string RunFolder => At("run/qubes");

    /// <summary>What the service leaves behind in its temporary files.</summary>
    internal string[] Leftovers => Directory.GetFiles(At("tmp"));

    public void Dispose() => folder.Delete(true);

    /// <summary>The daemon's side of a socket; <c>.misc</c> and <c>.internal</c> are the others.</summary>
    internal AnsweringSocket Answer(string kind, string reply, params (string Request, string Reply)[] replies) => new(At($"run/qubesd{kind}.sock"), reply, replies);

    /// <summary>Puts a program in the place of the real one.</summary>
    internal void Play(string program, string script)
    {
        Directory.CreateDirectory(At("bin"));
        File.WriteAllText(At("bin/" + program), "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(At("bin/" + program), Executable);
    }

    /// <summary>The service, looking at the folder of this bench.</summary>
    internal string Service(string name)
    {
        var path = At(name);
        File.WriteAllText(path, File.ReadAllText(Package.At($"{PackagedServices.Folder}/{name}")).Replace("/run/qubes", RunFolder, StringComparison.Ordinal));
        File.SetUnixFileMode(path, Executable);
        return path;
    }

    /// <summary>Calls a service.</summary>
    internal Task<RanProgram> CallAsync(string name, string source, string target, string argument = "", string input = "") =>
        RunAsync(Service(name), [], source, target, argument, input);

    /// <summary>Runs a program with what qrexec tells a service.</summary>
    internal Task<RanProgram> RunAsync(string program, string[] arguments, string source, string target, string argument = "", string input = "") => RanProgram.RunAsync(
        program, arguments, input,
        ("PATH", $"{At("bin")}:{Environment.GetEnvironmentVariable("PATH")}"), ("TMPDIR", At("tmp")),
        ("QREXEC_REMOTE_DOMAIN", source), ("QREXEC_REQUESTED_TARGET", target), ("QREXEC_SERVICE_ARGUMENT", argument));

    private string At(string relative) => Path.Combine(folder.FullName, relative);
}

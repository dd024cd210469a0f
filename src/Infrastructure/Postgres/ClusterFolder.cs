using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The folder of a cluster: its version, and how a new one is made so that a kill half-way leaves nothing that counts.</summary>
internal sealed class ClusterFolder(string data, ServiceAccount account, bool sync)
{
    private const string NewSuffix = ".new-";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The major version that made the cluster; null when there is none.</summary>
    /// <exception cref="PostgresSetupException">The folder holds something else.</exception>
    public int? ReadMajor()
    {
        var file = Path.Combine(data, "PG_VERSION");
        if (!File.Exists(file))
        {
            return !Directory.Exists(data) ? null : throw new PostgresSetupException($"The folder {data} is there, but holds no PostgreSQL cluster: move it away.");
        }

        return int.TryParse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var major)
            ? major
            : throw new PostgresSetupException($"The file {file} does not name a PostgreSQL version.");
    }

    /// <summary>Makes a cluster in a folder beside and moves it into place when it is complete.</summary>
    public async Task CreateAsync(PostgresBinaries binaries, CancellationToken ct)
    {
        ClearLeftovers();
        var beside = data + NewSuffix + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(beside, Private);
        if (account.IsOther)
        {
            Posix.ChangeOwner(beside, account.UserId, account.GroupId);
        }

        string[] arguments =
        [
            "-D", beside, "--username=" + EmbeddedPostgres.Role, "--encoding=UTF8", "--locale=C", "--data-checksums", "--auth=peer",
            "--no-instructions", .. sync ? Array.Empty<string>() : ["--no-sync"],
        ];
        using var process = Process.Start(account.Run(binaries.InitDb, arguments)) ?? throw new PostgresSetupException($"{binaries.InitDb} cannot be run");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var complaints = await process.StandardError.ReadToEndAsync(ct);
        await output;
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new PostgresSetupException($"The event log's cluster could not be made in {data}: {complaints.Trim()}");
        }

        Directory.Move(beside, data);
        UnixFiles.SyncFolder(Path.GetDirectoryName(data) ?? "/");
    }

    /// <summary>Removes what one that was killed here left behind. Its <c>initdb</c> may still run, so each attempt has a folder of its own.</summary>
    private void ClearLeftovers()
    {
        foreach (var leftover in Directory.EnumerateDirectories(Path.GetDirectoryName(data) ?? "/", Path.GetFileName(data) + NewSuffix + "*"))
        {
            try
            {
                Directory.Delete(leftover, recursive: true);
            }
            catch (IOException)
            {
                // Still being written; the next start tries again.
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The unprivileged account that the embedded PostgreSQL runs as.</summary>
/// <param name="Name">Its name.</param>
/// <param name="UserId">Its user id.</param>
/// <param name="GroupId">Its group id.</param>
internal sealed record ServiceAccount(string Name, uint UserId, uint GroupId)
{
    private static readonly string[] Preferred = ["qubes-log", "postgres"];

    /// <summary>Whether processes must change their account for it.</summary>
    public bool IsOther => UserId != Posix.UserId;

    /// <summary>The account to use: our own unless we are root, else the owner of the cluster, else the configured one, else <c>qubes-log</c>, else
    /// <c>postgres</c>.</summary>
    /// <exception cref="PostgresSetupException">None of them exists.</exception>
    public static ServiceAccount Choose(string? configured, string cluster)
    {
        var accounts = ReadAccounts().ToList();
        if (!Posix.IsRoot)
        {
            return accounts.Find(account => account.UserId == Posix.UserId) ?? new ServiceAccount(Environment.UserName, Posix.UserId, 0);
        }

        if (Posix.FindOwner(cluster) is { } owner && owner != 0)
        {
            return accounts.Find(account => account.UserId == owner) ?? throw new PostgresSetupException(string.Create(
                CultureInfo.InvariantCulture, $"The folder {cluster} belongs to an account (number {owner}) that does not exist: give it to the account of the log."));
        }

        var wanted = configured is null ? Preferred : [configured];
        foreach (var name in wanted)
        {
            if (accounts.Find(account => account.Name == name) is { } found)
            {
                return found.UserId != 0 ? found : throw new PostgresSetupException("PostgreSQL does not run as root: name another account for the log.");
            }
        }

        throw new PostgresSetupException(
            $"The embedded PostgreSQL needs an account of its own, but there is no {string.Join(" or ", wanted)}. " +
            "Make one: useradd --system --no-create-home --shell /usr/sbin/nologin qubes-log");
    }

    /// <summary>What a process that runs as this account starts with: no standard input, output and errors to read, a clean environment.</summary>
    public ProcessStartInfo Run(string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = "/usr/bin:/bin";
        info.Environment["LC_ALL"] = "C";
        info.Environment["TZ"] = "UTC";
        if (IsOther)
        {
            info.UserName = Name;
        }

        return info;
    }

    /// <summary>Makes sure that the account can reach a folder.</summary>
    /// <exception cref="PostgresSetupException">It cannot; names the first folder on the way that is closed to it.</exception>
    public async Task EnsureReachesAsync(string directory, CancellationToken ct)
    {
        if (!IsOther || await CanSearchAsync(directory, ct))
        {
            return;
        }

        var steps = new Stack<string>();
        for (var step = directory; step is not null; step = Path.GetDirectoryName(step))
        {
            steps.Push(step);
        }

        foreach (var step in steps)
        {
            if (!await CanSearchAsync(step, ct))
            {
                throw new PostgresSetupException(
                    $"The account {Name}, which the embedded PostgreSQL runs as, cannot enter the folder {step}. " +
                    $"Let it through (chmod o+x {step}, or add {Name} to the folder's group), or put the log elsewhere.");
            }
        }
    }

    private async Task<bool> CanSearchAsync(string directory, CancellationToken ct)
    {
        using var test = Process.Start(Run("/usr/bin/test", "-x", directory)) ?? throw new PostgresSetupException("/usr/bin/test cannot be run");
        test.StandardInput.Close();
        await test.WaitForExitAsync(ct);
        return test.ExitCode == 0;
    }

    private static IEnumerable<ServiceAccount> ReadAccounts()
    {
        foreach (var line in File.ReadLines("/etc/passwd"))
        {
            var fields = line.Split(':');
            if (fields.Length > 3 &&
                uint.TryParse(fields[2], CultureInfo.InvariantCulture, out var user) &&
                uint.TryParse(fields[3], CultureInfo.InvariantCulture, out var group))
            {
                yield return new ServiceAccount(fields[0], user, group);
            }
        }
    }
}

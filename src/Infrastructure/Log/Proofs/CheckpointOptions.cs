namespace Qubes.Cqrs.Infrastructure;

/// <summary>How checkpoints are made and where they go.</summary>
public sealed record CheckpointOptions
{
    /// <summary>The file with the private key; made when there is none.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The folder, outside of the database, for the newest checkpoint and the public key.</summary>
    public required string Folder { get; init; }

    /// <summary>The name of the log; null for one that is made from the key.</summary>
    public string? Origin { get; init; }

    /// <summary>After how many events one is made.</summary>
    public int EveryEvents { get; init; } = 1000;

    /// <summary>After what time one is made, when there is something new.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long to wait after something failed.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A program that gets each checkpoint: its path and arguments; empty for none.</summary>
    public IReadOnlyList<string> WitnessCommand { get; init; } = [];

    /// <summary>A UNIX socket that gets each checkpoint; null for none.</summary>
    public string? WitnessSocket { get; init; }

    /// <summary>How long a witness may take.</summary>
    public TimeSpan WitnessTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

namespace Qubes.Cqrs.Commands;

/// <summary>How patient attaching devices is.</summary>
public sealed record DeviceOptions
{
    /// <summary>How often wishes without an outcome are looked at again.</summary>
    public TimeSpan SettleInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after a look at what a qube offers the next one comes at the earliest.</summary>
    public TimeSpan LeastPause { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the pause gets, doubling, when a qube goes on writing.</summary>
    public TimeSpan MostPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a database may take to answer.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a qube may take to let go of a PCI device.</summary>
    public TimeSpan ServiceTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the user may think.</summary>
    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromMinutes(10);
}

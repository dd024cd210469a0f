namespace Qubes.Cqrs.Api;

/// <summary>The connections of a server: a list linked through the connections themselves, since each request enters and leaves it.</summary>
internal sealed class ConnectionSet
{
    private readonly Lock gate = new();
    private ServedConnection? first;
    private TaskCompletionSource? whenEmpty;

    internal int Count { get; private set; }

    internal void Add(ServedConnection connection)
    {
        lock (gate)
        {
            connection.Next = first;
            if (first is not null)
            {
                first.Previous = connection;
            }

            first = connection;
            Count++;
        }
    }

    internal void Remove(ServedConnection connection)
    {
        lock (gate)
        {
            if (connection.Previous is null)
            {
                first = connection.Next;
            }
            else
            {
                connection.Previous.Next = connection.Next;
            }

            if (connection.Next is not null)
            {
                connection.Next.Previous = connection.Previous;
            }

            connection.Previous = connection.Next = null;
            if (--Count == 0)
            {
                whenEmpty?.TrySetResult();
            }
        }
    }

    internal List<ServedConnection> ToList()
    {
        lock (gate)
        {
            var all = new List<ServedConnection>(Count);
            for (var connection = first; connection is not null; connection = connection.Next)
            {
                all.Add(connection);
            }

            return all;
        }
    }

    /// <summary>Completes when there is none; only sensible once none are added any more.</summary>
    internal Task WhenEmptyAsync()
    {
        lock (gate)
        {
            whenEmpty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Count == 0)
            {
                whenEmpty.TrySetResult();
            }

            return whenEmpty.Task;
        }
    }
}

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Root directories that already hold a fresh system.</summary>
/// <remarks>
/// The first start of a daemon makes a database cluster, which takes seconds. So it is done once, the daemon is stopped
/// cleanly, and every test gets a copy.
/// </remarks>
internal static class FreshRoot
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static Task<RootFolder>? template;

    /// <summary>Makes a root with a fresh system in it; no daemon runs there yet.</summary>
    public static async Task<RootFolder> CreateAsync(CancellationToken ct)
    {
        var source = await TemplateAsync(ct);
        var root = RootFolder.Create();
        await Command.RunAsync("cp", ["-a", "--reflink=auto", "-T", source.Path, root.Path], ct);
        return root;
    }

    public static async Task DiscardTemplateAsync()
    {
        if (template is { IsCompletedSuccessfully: true })
            await (await template).DisposeAsync();
        template = null;
    }

    private static async Task<RootFolder> TemplateAsync(CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            // A failure is kept as well: a daemon that does not start would otherwise cost every test the whole limit.
            return await (template ??= MakeAsync(ct));
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task<RootFolder> MakeAsync(CancellationToken ct)
    {
        var root = RootFolder.Create();
        try
        {
            var daemon = await root.StartAsync(ct);
            var code = await daemon.StopAsync(ct);
            Assert.True(code == 0, $"The daemon stopped with code {code} instead of 0.\n{daemon.Tail}");
            return root;
        }
        catch
        {
            await root.DisposeAsync();
            throw;
        }
    }
}

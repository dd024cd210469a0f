using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>A proof shows what it says, to whoever has the key, and nothing else.</summary>
public sealed class ProofTests(TestServer server) : IAsyncLifetime
{
    private const int Events = 600;
    private SignedLog log = null!; // made before each test

    public async ValueTask InitializeAsync()
    {
        log = await SignedLog.CreateAsync(server);
        await log.AppendAsync(1, 300);
        await log.SignAsync();
        await log.AppendAsync(2, 300);
        await log.SignAsync();
    }

    public ValueTask DisposeAsync() => log.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(513)]
    [InlineData(Events)]
    public async Task Each_event_can_be_proved(long position)
    {
        var text = (await log.Log.Prover.ProveAsync(new LogPosition(position), false, default)).Text;
        var proof = EventProof.Parse(text);
        Assert.Equal(text, proof.Text);
        Assert.True(proof.Checkpoint.IsSignedBy(log.Key));
        Assert.Equal((position, "tag-add", "dom0"), (proof.Position, proof.Frame!.Value.Type, proof.Caller));
        Assert.Contains("tag-", proof.Payload, StringComparison.Ordinal);
        Assert.True(proof.PathBytes < 1024);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(257, false)]
    [InlineData(300, true)]
    public async Task Who_has_the_checkpoint_needs_less(long position, bool hashOnly)
    {
        foreach (var note in await log.Database.ListAsync("select note from qubes.qubes_checkpoints order by number"))
        {
            var checkpoint = SignedCheckpoint.Parse(note);
            var whole = await log.Log.Prover.ProveAsync(new LogPosition(position), hashOnly, checkpoint, default);
            var proof = EventProof.Parse(whole.ShortText, checkpoint);
            Assert.Equal((whole.Hash, whole.Payload, whole.Frame, whole.Position), (proof.Hash, proof.Payload, proof.Frame, proof.Position));
            Assert.Equal(whole.ShortText, proof.ShortText);
            Assert.DoesNotContain(Convert.ToBase64String(checkpoint.Checkpoint.Root.Span), whole.ShortText, StringComparison.Ordinal);
            Assert.Throws<ProofException>(() => EventProof.Parse(whole.ShortText));
            Assert.Throws<ProofException>(() => EventProof.Parse(whole.ShortText.Replace($"\n{checkpoint.Checkpoint.Size} ", "\n599 ", StringComparison.Ordinal), checkpoint));
        }
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_short_proof_is_found()
    {
        var checkpoint = SignedCheckpoint.Parse((await log.Database.ListAsync("select note from qubes.qubes_checkpoints order by number"))[1]);
        var text = (await log.Log.Prover.ProveAsync(new LogPosition(77), false, checkpoint, default)).ShortText;
        var start = EventProof.ShortForm.Length - 1;
        for (var at = start; at < text.Length; at++)
        {
            var changed = text[..at] + (text[at] == '7' ? '8' : '7') + text[(at + 1)..];
            Assert.ThrowsAny<ProofException>(() => EventProof.Parse(changed, checkpoint));
        }

        Assert.Throws<ProofException>(() => EventProof.Parse(text[..^1], checkpoint));
        var older = SignedCheckpoint.Parse((await log.Database.ListAsync("select note from qubes.qubes_checkpoints order by number"))[0]);
        Assert.Throws<ProofException>(() => EventProof.Parse(text, older));
        await Assert.ThrowsAsync<ProofException>(() => log.Log.Prover.ProveAsync(new LogPosition(301), false, older, default));
    }

    [Fact]
    public async Task Whatever_is_changed_in_a_proof_is_found()
    {
        var text = (await log.Log.Prover.ProveAsync(new LogPosition(77), false, default)).Text;
        var random = new Random(1);
        var end = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        for (var round = 0; round < 500; round++)
        {
            var at = random.Next(text.Length);
            if (!char.IsAsciiDigit(text[at]))
            {
                continue;
            }

            var changed = text[..at] + (char)('0' + ((text[at] - '0' + random.Next(1, 10)) % 10)) + text[(at + 1)..];
            Assert.False(Holds(changed), changed);
        }

        Assert.True(Holds(text));
        Assert.False(Holds(text[..end]));
        Assert.False(Holds(""));
        var other = await CheckpointKey.OpenAsync(Path.Combine(log.Folder, "other"), log.Key.Name, default);
        Assert.False(EventProof.Parse(text).Checkpoint.IsSignedBy(other.Public));
        other.Dispose();
    }

    [Fact]
    public async Task A_proof_of_the_hash_alone_tells_nothing_else()
    {
        var proof = EventProof.Parse((await log.Log.Prover.ProveAsync(new LogPosition(5), true, default)).Text);
        Assert.False(proof.ShowsFrame);
        Assert.Equal(["position", "hash"], JsonDocument.Parse(proof.Event).RootElement.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Proofs_outlive_the_erasing_of_events()
    {
        var before = (await log.Log.Prover.ProveAsync(new LogPosition(8), false, default)).Text;
        await log.Log.Eraser.EraseAsync([.. Enumerable.Range(1, 20).Where(position => position != 8).Select(position => new LogPosition(position))], default);
        Assert.Equal(before, (await log.Log.Prover.ProveAsync(new LogPosition(8), false, default)).Text);
        Assert.True(Holds(before));
        var erased = EventProof.Parse((await log.Log.Prover.ProveAsync(new LogPosition(9), false, default)).Text);
        Assert.Equal((true, false), (erased.ShowsFrame, erased.ShowsContent));
        Assert.Null((await log.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task A_newer_checkpoint_is_shown_to_continue_an_older_one()
    {
        var notes = await log.Database.ListAsync("select note from qubes.qubes_checkpoints order by number");
        var older = SignedCheckpoint.Parse(notes[0]);
        var text = (await log.Log.Prover.ProveAsync(older, default)).Text;
        var proof = ConsistencyProof.Parse(text);
        Assert.Equal((300, Events, text), (proof.Older.Checkpoint.Size, proof.Newer.Checkpoint.Size, proof.Text));
        Assert.True(proof.Older.IsSignedBy(log.Key) && proof.Newer.IsSignedBy(log.Key));
        Assert.Throws<ProofException>(() => ConsistencyProof.Parse(text.Replace(notes[0], notes[0].Replace("\n300\n", "\n299\n", StringComparison.Ordinal), StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_no_checkpoint_covers_and_what_was_changed_cannot_be_proved()
    {
        await log.AppendAsync(3, 1);
        var refused = await Assert.ThrowsAsync<ProofException>(() => log.Log.Prover.ProveAsync(new LogPosition(Events + 1), false, default));
        Assert.Contains("no checkpoint covers", refused.Message, StringComparison.Ordinal);
        await log.Database.ExecuteAsync("update qubes.mt_events set user_name = 'x' where seq_id = 5");
        refused = await Assert.ThrowsAsync<ProofException>(() => log.Log.Prover.ProveAsync(new LogPosition(5), false, default));
        Assert.Contains("digest", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_a_trusted_checkpoint_only_the_rest_is_looked_at()
    {
        var trusted = SignedCheckpoint.Parse((await log.Database.ListAsync("select note from qubes.qubes_checkpoints order by number"))[0]);
        await log.Database.ExecuteAsync("update qubes.mt_events set user_name = 'x' where seq_id = 5");
        var report = await log.Log.Verifier.VerifyAsync(new VerifyOptions { Since = trusted, Key = log.Key }, default);
        Assert.Null(report.Fault);
        Assert.Equal((300, 600, 600), (report.Events, report.Head.Value, report.Covered.Value));
        await log.Database.ExecuteAsync("update qubes.mt_events set user_name = 'x' where seq_id = 400");
        Assert.Equal(400, (await log.Log.Verifier.VerifyAsync(new VerifyOptions { Since = trusted, Key = log.Key }, default)).Fault?.Position.Value);
    }

    private bool Holds(string text)
    {
        try
        {
            return EventProof.Parse(text).Checkpoint.IsSignedBy(log.Key);
        }
        catch (ProofException)
        {
            return false;
        }
    }
}

namespace Qubes.Cqrs.Api.Tests;

/// <summary><c>qubesd-query</c> as it is installed: a symbolic link to the daemon's executable. Source: spec, wire protocol 9.</summary>
public sealed class QueryToolTests : IDisposable
{
    private const string Refusal = "2\0QubesException\0\0no\0";
    private const string Events = "1\0\0connection-established\0\0";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("query-");
    private readonly string socket;
    private readonly string program;

    public QueryToolTests()
    {
        socket = Path.Combine(folder.FullName, "s");
        program = Path.Combine(folder.FullName, QueryTool.Name);
        File.CreateSymbolicLink(program, RanProgram.Daemon);
    }

    public void Dispose() => folder.Delete(true);

    [Fact]
    public async Task A_request_is_sent_and_the_reply_printed_as_it_is()
    {
        await using var daemon = new AnsweringSocket(socket, "0\0a\xff\0b\n");
        var ran = await RanProgram.RunAsync(program, ["-c", socket, "work", "admin.vm.feature.Set", "dom0", "f"], "pay\0load\n");

        Assert.Equal((0, "0\0a\xff\0b\n", ""), (ran.Code, ran.Output, ran.Error));
        Assert.Equal(["admin.vm.feature.Set+f work name dom0\0pay\0load\n"], daemon.Requests);
    }

    [Fact]
    public async Task Options_change_what_is_sent_and_printed()
    {
        await using var daemon = new AnsweringSocket(socket, "0\0x");
        Assert.Equal("0\0x", (await RanProgram.RunAsync(program, ["-e", "-c", socket, "work", "m", "dom0"], "ignored")).Output);
        Assert.Equal("0\0x\0", (await RanProgram.RunAsync(program, ["--null", "--single-line", "-c", socket, "work", "m", "dom0"], "12\nrest")).Output);
        Assert.Equal("0\0x", (await RanProgram.RunAsync(program, ["--max-bytes", "3", "-c", socket, "work", "m", "dom0"], "123")).Output);

        Assert.Equal(["m work name dom0\0", "m work name dom0\0" + "12", "m work name dom0\0" + "123"], daemon.Requests);
    }

    [Fact]
    public async Task What_others_read_from_and_write_to_the_same_files_stays_whole()
    {
        await using var daemon = new AnsweringSocket(socket, "0\0x");
        var (input, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
        await File.WriteAllTextAsync(input, "12\nrest\n", TestContext.Current.CancellationToken);
        const string Script = """{ "$1" --single-line -c "$2" work m dom0; cat; "$1" -e -c "$2" work m dom0; echo after; } <"$3" >"$4" """;
        await RanProgram.RunAsync("/bin/sh", ["-c", Script, "sh", program, socket, input, output]);

        Assert.Equal("0\0xrest\n0\0xafter\n", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken));
        Assert.Equal(["m work name dom0\0" + "12", "m work name dom0\0"], daemon.Requests);
    }

    [Theory]
    [InlineData("4 is too much", "--max-bytes", "3")]
    [InlineData("tab\t", "--single-line")]
    [InlineData("4 is too much", "--single-line", "--max-bytes", "3")]
    public async Task A_payload_that_is_not_as_it_should_be_is_not_sent(string payload, params string[] options)
    {
        await using var daemon = new AnsweringSocket(socket, "0\0");
        var ran = await RanProgram.RunAsync(program, ["-c", socket, .. options, "work", "m", "dom0"], payload);

        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.StartsWith("qubesd-query: ", ran.Error, StringComparison.Ordinal);
        Assert.Empty(daemon.Requests);
    }

    [Fact]
    public async Task A_whole_request_has_no_more_bytes_than_the_daemon_takes()
    {
        await using var daemon = new AnsweringSocket(socket, "0\0");
        var room = 65536 - "m work name dom0\0".Length;
        Assert.Equal(0, (await RanProgram.RunAsync(program, ["-c", socket, "work", "m", "dom0"], new string('x', room))).Code);
        Assert.Equal(1, (await RanProgram.RunAsync(program, ["-c", socket, "work", "m", "dom0"], new string('x', room + 1))).Code);
        Assert.Equal(65536, Assert.Single(daemon.Requests).Length);
    }

    [Theory]
    [InlineData("0\0", 0, 0)]
    [InlineData(Refusal, 2, 0)]
    [InlineData(Events, 1, 0)]
    [InlineData("", 1, 0)]
    [InlineData("?", 1, 0)]
    public async Task With_fail_it_ends_with_the_digit_of_the_reply(string reply, int withFail, int without)
    {
        await using var daemon = new AnsweringSocket(socket, reply);
        var failing = await RanProgram.RunAsync(program, ["--fail", "-e", "-c", socket, "work", "m", "dom0"]);
        Assert.Equal((withFail, reply), (failing.Code, failing.Output));
        Assert.Equal(without, (await RanProgram.RunAsync(program, ["-e", "-c", socket, "work", "m", "dom0"])).Code);
    }

    [Fact]
    public async Task Without_a_daemon_it_says_so()
    {
        var ran = await RanProgram.RunAsync(program, ["-e", "-c", socket, "dom0", "admin.vm.List", "dom0"]);
        Assert.Equal((1, "", $"qubesd-query: cannot ask the daemon on {socket}: there is no such socket; qubesd does not run\n"), (ran.Code, ran.Output, ran.Error));
    }

    [Fact]
    public async Task A_socket_that_a_killed_daemon_left_is_told_apart()
    {
        await using (new AnsweringSocket(socket, ""))
        {
            Assert.True(File.Exists(socket));
            File.Move(socket, socket + ".left"); // closing the listener removes the path that it knows
        }

        var ran = await RanProgram.RunAsync(program, ["-e", "-c", socket + ".left", "dom0", "admin.vm.List", "dom0"]);
        Assert.Contains("nobody listens there", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("work m dom0 a b")]
    [InlineData("--unknown work m dom0")]
    [InlineData("work m+\u00ff dom0")]
    public async Task Used_wrongly_it_says_so_and_sends_nothing(string line)
    {
        await using var daemon = new AnsweringSocket(socket, "0\0");
        var ran = await RanProgram.RunAsync(program, ["-c", socket, .. line.Split(' ')]);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Contains("--help", ran.Error, StringComparison.Ordinal);
        Assert.Empty(daemon.Requests);
    }

    [Fact]
    public async Task A_part_of_the_request_holds_no_space() =>
        Assert.Equal(2, (await RanProgram.RunAsync(program, ["-e", "-c", socket, "work name dom0", "m", "dom0"])).Code);

    [Fact]
    public async Task It_explains_itself()
    {
        var ran = await RanProgram.RunAsync(program, ["--help"]);
        Assert.Equal((0, QueryToolArguments.Usage + "\n"), (ran.Code, ran.Output));
    }

    [Fact]
    public async Task By_its_own_name_the_program_is_the_daemon() =>
        Assert.DoesNotContain("qubesd-query", (await RanProgram.RunAsync(RanProgram.Daemon, ["--help"])).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_qube_may_be_called_like_a_verb_of_the_daemon()
    {
        await using var daemon = new AnsweringSocket(socket, "0\0");
        await RanProgram.RunAsync(program, ["query", "m", "dom0", "-e", "-c", socket]);
        Assert.Equal(["m query name dom0\0"], daemon.Requests);
    }

    [Theory]
    [InlineData("qubesd-query\0a\0", "qubesd-query")]
    [InlineData("/usr/bin/qubesd-query\0", "qubesd-query")]
    [InlineData("./qubesd\0x/qubesd-query\0", "qubesd")]
    [InlineData("", "")]
    [InlineData("cut", "cut")]
    public void The_name_is_what_was_called(string line, string due) => Assert.Equal(due, CalledAs.NameIn(System.Text.Encoding.UTF8.GetBytes(line)));
}

using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The rows of the generic validation: spec, wire protocol 2.2.</summary>
public class RequestValidationTests
{
    [Theory]
    [InlineData("nope", "no such method: 'nope'")]
    [InlineData("", "no such method: ''")]
    [InlineData("admin.vm.List\n", @"no such method: 'admin.vm.List\n'")]
    [InlineData("it's", "no such method: \"it's\"")]
    [InlineData("admin.vm.Create.NoSuch", "no such method: 'admin.vm.Create.NoSuch'")]
    [InlineData("internal.GetSystemInfo", "no such method: 'internal.GetSystemInfo'")]
    [InlineData("qubes.NotifyUpdates", "no such method: 'qubes.NotifyUpdates'")]
    public void Row_3_the_method_is_known_on_the_socket(string method, string text) => Assert.Equal(text, Check(method));

    [Fact]
    public void Row_4_a_payload_may_be_required() => Assert.Equal("expected payload", Check("admin.label.Create", argument: "pink"));

    [Fact]
    public void Row_5_a_payload_may_be_forbidden() => Assert.Equal("unexpected payload", Check("admin.vm.List", payload: "x"));

    [Fact]
    public void Row_6_an_argument_may_be_required() => Assert.Equal("expected an argument", Check("admin.label.Get"));

    [Fact]
    public void Row_7_an_argument_may_be_forbidden() => Assert.Equal("unexpected argument", Check("admin.vm.List", argument: "x"));

    [Fact]
    public void Row_8_the_destination_may_have_to_be_dom0() =>
        Assert.Equal("expected destination to be AdminVM", Check("admin.label.List", isDom0: false));

    [Fact]
    public void Row_9_the_destination_may_have_to_be_another() =>
        Assert.Equal("expected destination to not be AdminVM", Check("admin.vm.notes.Get", isDom0: true));

    [Theory]
    [InlineData("nope", "x", "x", false, "no such method: 'nope'")]
    [InlineData("admin.label.Create", "", "", false, "expected payload")]
    [InlineData("admin.label.List", "x", "x", false, "unexpected payload")]
    [InlineData("admin.label.Create", "", "x", false, "expected an argument")]
    [InlineData("admin.label.List", "x", "", false, "unexpected argument")]
    public void The_rows_are_checked_in_order(string method, string argument, string payload, bool isDom0, string text) =>
        Assert.Equal(text, Check(method, argument, payload, isDom0));

    [Theory]
    [InlineData("admin.vm.List", "", "", true)]
    [InlineData("admin.vm.List", "", "", false)]
    [InlineData("admin.vm.property.Set", "label", "", false)]
    [InlineData("admin.vm.property.Set", "label", "red", false)]
    [InlineData("admin.vm.Shutdown", "", "", false)]
    [InlineData("admin.vm.Shutdown", "wait", "", false)]
    [InlineData("admin.vm.notes.Get", "", "", false)]
    public void What_fits_passes(string method, string argument, string payload, bool isDom0) => Assert.Null(Check(method, argument, payload, isDom0));

    [Fact]
    public void Requiring_throws_the_text()
    {
        var request = Request("nope", "", "");
        Assert.Equal("no such method: 'nope'", Assert.Throws<InvalidRequestException>(() => RequestValidation.Require(null, request, true)).Message);
        var method = MethodTable.Find(SocketKind.Admin, "admin.vm.List");
        Assert.Same(method, RequestValidation.Require(method, Request("admin.vm.List", "", ""), true));
    }

    private static string? Check(string method, string argument = "", string payload = "", bool isDom0 = true) =>
        RequestValidation.Check(MethodTable.Find(SocketKind.Admin, method), Request(method, argument, payload), isDom0);

    private static Request Request(string method, string argument, string payload) => new(new NoConnection())
    {
        Socket = SocketKind.Admin,
        Entry = MethodTable.Find(SocketKind.Admin, method),
        Method = method,
        Argument = argument,
        Source = "dom0",
        Destination = "dom0",
        UntrustedPayload = System.Text.Encoding.Latin1.GetBytes(payload),
    };

    private sealed class NoConnection : IRequestConnection
    {
        public Peer GetPeer() => throw new NotSupportedException();

        public IEventStreamConnection OpenStream() => throw new NotSupportedException();
    }
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Api.Tests;

public class RequestFrameTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\0\0")]
    [InlineData("x")]
    [InlineData("admin.vm.List")]
    [InlineData("admin.vm.List\0")]
    [InlineData("admin.vm.List dom0\0")]
    [InlineData("admin.vm.List dom0 name\0")]
    [InlineData("admin.vm.List dom0 name dom0")]
    [InlineData("admin.vm.List dom0 keyword dom0\0")]
    [InlineData("admin.vm.List dom0 keyword default\0")]
    [InlineData("admin.vm.List dom0 keyword adminvm extra\0")]
    [InlineData("admin.vm.List dom0 keyword ADMINVM\0")]
    [InlineData("admin.vm.List dom0 Name dom0\0")]
    [InlineData("admin.vm.List  dom0 name dom0\0")]
    [InlineData(" admin.vm.List dom0 name dom0\0")]
    [InlineData("admin.vm.List\tdom0\tname\tdom0\0")]
    [InlineData("admin.vm.List dom0\0name dom0\0")]
    public void Malformed_headers_are_framing_errors(string request) => Assert.Equal(FrameStatus.FramingError, Parse(request).Status);

    [Theory]
    [InlineData("admin.vm.Lis\u00ff dom0 name dom0\0")]
    [InlineData("admin.vm.List+\u00ff dom0 name dom0\0")]
    [InlineData("admin.vm.List \u00ff name dom0\0")]
    [InlineData("admin.vm.List dom0 name \u00ff\0")]
    [InlineData("admin.vm.List dom0 name \u0080\0")]
    public void Headers_are_ascii(string request) => Assert.Equal(FrameStatus.NotAscii, Parse(request).Status);

    [Theory]
    [InlineData("m dom0 name work\0", "m", "", "dom0", "work", "")]
    [InlineData("m+a dom0 name work\0p", "m", "a", "dom0", "work", "p")]
    [InlineData("m+ dom0 name work\0", "m", "", "dom0", "work", "")]
    [InlineData("m++ dom0 name work\0", "m", "+", "dom0", "work", "")]
    [InlineData("m+a+b dom0 name work\0", "m", "a+b", "dom0", "work", "")]
    [InlineData("+ dom0 name work\0", "", "", "dom0", "work", "")]
    [InlineData(" dom0 name work\0", "", "", "dom0", "work", "")]
    [InlineData("m  name work\0", "m", "", "", "work", "")]
    [InlineData("m dom0 name \0", "m", "", "dom0", "", "")]
    [InlineData("m dom0 name work \0", "m", "", "dom0", "work ", "")]
    [InlineData("m dom0 name a b c\0", "m", "", "dom0", "a b c", "")]
    [InlineData("m\n dom0 name work\0", "m\n", "", "dom0", "work", "")]
    [InlineData("m dom0 name work\0\0", "m", "", "dom0", "work", "\0")]
    [InlineData("m dom0 name work\0a\0b\u00ff", "m", "", "dom0", "work", "a\0b\u00ff")]
    [InlineData("m dom0 name uuid:0\0", "m", "", "dom0", "uuid:0", "")]
    public void Requests_are_taken_apart(string request, string method, string argument, string source, string destination, string payload) =>
        Assert.Equal(new Parts(FrameStatus.Ok, method, argument, source, false, destination, payload), Parse(request));

    [Fact]
    public void The_keyword_adminvm_is_a_destination() =>
        Assert.Equal(new Parts(FrameStatus.Ok, "m", "", "dom0", true, "adminvm", ""), Parse("m dom0 keyword adminvm\0"));

    [Theory]
    [InlineData(RequestFrame.MaxBytes - 1, FrameStatus.Ok)]
    [InlineData(RequestFrame.MaxBytes, FrameStatus.Ok)]
    [InlineData(RequestFrame.MaxBytes + 1, FrameStatus.TooLong)]
    [InlineData(200_000, FrameStatus.TooLong)]
    public void The_whole_request_is_limited(int length, FrameStatus expected) =>
        Assert.Equal(expected, Parse("m dom0 name dom0\0".PadRight(length, 'a')).Status);

    [Fact]
    public void Too_long_comes_before_every_other_fault() => Assert.Equal(FrameStatus.TooLong, Parse(new string('\u00ff', 70_000)).Status);

    [Fact]
    public void Encoding_then_parsing_is_the_identity()
    {
        var name = Gen.Choose(0x21, 0x7e).Where(c => c != '+').Select(c => (char)c).ArrayOf().Select(c => new string(c));
        var argument = Gen.Choose(0x21, 0x7e).Select(c => (char)c).ArrayOf().Select(c => new string(c));
        var payload = Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf();
        var requests = from method in name
                       from arg in argument.OrNull()
                       from source in name
                       from destination in name
                       from bytes in payload
                       select (method, arg, source, destination, bytes);
        Prop.ForAll(requests.ToArbitrary(), request =>
        {
            var (method, arg, source, destination, bytes) = request;
            var parsed = Parse(Frames.Encode(method, arg, source, "name", destination, bytes));
            return parsed == new Parts(FrameStatus.Ok, method, arg ?? "", source, false, destination, Encoding.Latin1.GetString(bytes));
        }).QuickCheckThrowOnFailure();
    }

    private static Parts Parse(string request) => Parse(Encoding.Latin1.GetBytes(request));

    private static Parts Parse(byte[] request)
    {
        var status = RequestFrame.Parse(request, out var frame);
        return new Parts(
            status, Text(frame.Method), Text(frame.Argument), Text(frame.Source), frame.IsKeyword, Text(frame.Destination), Text(frame.Payload));
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed record Parts(FrameStatus Status, string Method, string Argument, string Source, bool IsKeyword, string Destination, string Payload);
}

using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Domain.Tests;

/// <summary>The grammar of devices, its escapes and its refusals.</summary>
public sealed class DeviceTextTests
{
    private const string KeyCharacters = "abzAZ019!#$%&()*+,-./:;<>?@[\\]^_{|}~";
    private const string ValueCharacters = KeyCharacters + "\"'`= ";

    // What the grammar uses itself comes up often, to make trouble.
    private static readonly Gen<string> Value =
        from characters in Gen.ListOf(Gen.OneOf(Gen.Elements(ValueCharacters.ToCharArray()), Gen.Elements('\'', '=', ' ', '\\', '_', '*')))
        select string.Concat(characters);

    private static readonly Gen<string> Key =
        from characters in Gen.ListOf(Gen.Elements(KeyCharacters.ToCharArray()))
        select string.Concat(characters);

    private static readonly Gen<DeviceAssignment> Assignment =
        from backend in Gen.Elements("dom0", "work", DeviceAddress.Any)
        from port in Gen.Elements("sda", "00_1d.0-00_00.0", DeviceAddress.Any, "")
        from device in Value
        from mode in Gen.Elements("manual", "required", "auto-attach", "ask-to-attach")
        from options in Gen.ListOf(from key in Key from value in Value select new NamedText(key, value))
        from frontend in Gen.Elements(null, "work", "dom0")
        select new DeviceAssignment("block", backend, port, device, mode, options.DistinctBy(option => option.Name).ToEquatableArray()) { Frontend = frontend };

    [Fact]
    public void An_assignment_that_is_written_and_read_is_the_same() => Check.QuickThrowOnFailure(Prop.ForAll(
        Assignment.Where(IsClear).ToArbitrary(),
        assignment =>
        {
            var read = AssignmentText.Parse(Scenario.Usual().World, Encoding.ASCII.GetBytes(AssignmentText.Write(assignment)), assignment.Address);
            Assert.Equal(assignment, read);
        }));

    [Fact]
    public void Whatever_is_sent_is_read_or_refused() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.ListOf(Gen.OneOf(Gen.Elements("='", "' ", "'", "=", " ", "\\'", "mode", "_a", "required", "\n", "\u007f", "device_id"), Value))
            .Select(string.Concat).ToArbitrary(),
        text =>
        {
            try
            {
                DeviceText.Parse(text);
            }
            catch (InvalidRequestException refusal)
            {
                Assert.StartsWith("Invalid chars in property ", refusal.Message, StringComparison.Ordinal);
            }
        }));

    [Fact]
    public void An_argument_that_is_written_and_read_is_the_same() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from backend in Gen.Elements("dom0", "work", DeviceAddress.Any)
         from port in Gen.Elements("sda", "00_1d.0-00_00.0", DeviceAddress.Any)
         from device in Gen.OneOf(Gen.Elements(DeviceAddress.Any, DeviceInterface.UnknownDevice), Gen.NonEmptyListOf(Gen.Elements("abz019:-. '\"=!".ToCharArray())).Select(string.Concat))
         select new DeviceAddress("block", backend, port, device)).ToArbitrary(),
        address => Assert.Equal(address, DeviceArgument.Parse(Scenario.Usual().World, "block", Encode(address)))));

    [Theory]
    [InlineData("dom0+sda", "dom0", "sda", "*")]
    [InlineData("dom0+sda+_", "dom0", "sda", "*")]
    [InlineData("dom0+sda:*", "dom0", "sda", "*")]
    [InlineData("_+_+_", "*", "*", "*")]
    [InlineData("dom0+*:0x8086:0xa0ed::p0c0330", "dom0", "*", "0x8086:0xa0ed::p0c0330")]
    [InlineData("dom0+00_14.0:a:b+extra", "dom0", "00_14.0", "a:b:extra")]
    [InlineData("dom0+1-1+0000+0000++_______", "dom0", "1-1", "0000:0000::?******")]
    [InlineData("dom0+", "dom0", "", "*")]
    public void An_argument_is_read(string argument, string backend, string port, string device) =>
        Assert.Equal(new DeviceAddress("pci", backend, port, device), DeviceArgument.Parse(Scenario.Usual().World, "pci", argument));

    [Theory]
    [InlineData("dom0")]
    [InlineData("")]
    [InlineData("dom0+a/b")]
    [InlineData("dom0+a\nb")]
    [InlineData("dom0+a:b\tc")]
    public void A_malformed_argument_is_refused(string argument) =>
        Assert.Throws<InvalidRequestException>(() => DeviceArgument.Parse(Scenario.Usual().World, "pci", argument));

    [Theory]
    [InlineData("+x")]
    [InlineData("no-such+x")]
    public void A_backend_that_is_not_there_is_refused(string argument) =>
        Assert.Throws<QubeNotFoundException>(() => DeviceArgument.Parse(Scenario.Usual().World, "pci", argument));

    [Theory]
    [InlineData("x", "DeviceAssignment.__init__() got an unexpected keyword argument 'x'")]
    [InlineData("mode='bogus'", "'bogus' is not a valid AssignmentMode")]
    [InlineData("mode='required' _bad", "\"required' _ba\" is not a valid AssignmentMode")]
    [InlineData("backend_domain='work'", "Got device exposed by workwhen expected devices from dom0.")]
    [InlineData("port_id='sdb'", "Got device from port: sdb when expected port: sda.")]
    [InlineData("devclass='pci'", "Got pci device when expected block.")]
    [InlineData("device_id='*'", "Unrecognized device identity '*' expected ':None'")]
    [InlineData("frontend_domain='no-such'", "No such domain: 'no-such'")]
    [InlineData("mode='a\nb'", "Invalid chars in property value: {'\\n'}")]
    [InlineData("mode='required' a b='x'", "Invalid chars in property name: {' '}")]
    public void A_payload_is_refused(string payload, string text)
    {
        var expected = new DeviceAddress("block", "dom0", "sda", ":None");
        var refusal = Assert.Throws<InvalidRequestException>(() => AssignmentText.Parse(Scenario.Usual().World, Encoding.ASCII.GetBytes(payload), expected));
        Assert.Equal(text, refusal.Message);
    }

    [Fact]
    public void Other_bytes_than_ASCII_are_refused()
    {
        var payload = Encoding.Latin1.GetBytes("mode='required' ÿ");
        var refusal = Assert.Throws<InvalidRequestException>(() => AssignmentText.Parse(Scenario.Usual().World, payload, new DeviceAddress("block", "dom0", "sda", "*")));
        Assert.Equal("'ascii' codec can't decode byte 0xff in position 16: ordinal not in range(128)", refusal.Message);
    }

    [Fact]
    public void Too_many_options_are_refused()
    {
        var payload = string.Join(' ', Enumerable.Range(0, DeviceAssignment.MostOptions + 1).Select(number => $"_o{number}='x'"));
        Assert.Throws<InvalidRequestException>(() =>
            AssignmentText.Parse(Scenario.Usual().World, Encoding.ASCII.GetBytes(payload), new DeviceAddress("block", "dom0", "sda", "*")));
    }

    [Fact]
    public void Of_a_key_that_is_there_twice_the_last_value_counts() =>
        Assert.Equal("b", Assert.Single(DeviceText.Parse("a='x' a='b'")).Value);

    [Fact]
    public void A_value_that_ends_in_an_equals_sign_comes_back()
    {
        var pairs = DeviceText.Parse(DeviceText.Pair("a", "x=") + " " + DeviceText.Pair("b", "="));
        Assert.Equal([KeyValuePair.Create("a", "x="), KeyValuePair.Create("b", "=")], pairs);
    }

    // "' key=" at the end of a value looks like the beginning of another pair, so the grammar cannot hold it.
    private static bool IsClear(DeviceAssignment assignment) => assignment.Options.Select(option => option.Value).Append(assignment.Device)
        .All(value => !value.EndsWith('=') || !value.Contains("' ", StringComparison.Ordinal));

    private static string Encode(DeviceAddress address)
    {
        var device = address.Device.Replace(":", "+", StringComparison.Ordinal).Replace(DeviceInterface.Unknown, "_______", StringComparison.Ordinal);
        return $"{Part(address.Backend)}+{Part(address.Port)}+{Part(device)}";

        static string Part(string text) => text == DeviceAddress.Any ? "_" : text;
    }
}

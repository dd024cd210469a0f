using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Qubes.Cqrs.Infrastructure.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("null", "n")]
    [InlineData("true", "t")]
    [InlineData(" false ", "f")]
    [InlineData("-17", "i-17e")]
    [InlineData("0", "i0e")]
    [InlineData("123456789012345678901234567890", "i123456789012345678901234567890e")]
    [InlineData("\"\"", "0:")]
    [InlineData("\"a\\u00e9\\n\"", "4:aé\n")]
    [InlineData("[]", "le")]
    [InlineData("[1,[\"x\"],null]", "li1el1:xene")]
    [InlineData("{}", "de")]
    [InlineData("""{"b":1,"a":2,"":3}""", "d0:i3e1:ai2e1:bi1ee")]
    [InlineData("""{"b":{"z":1,"y":2},"aa":[{"d":1,"c":2}],"a":"b"}""", "d1:a1:b2:aald1:ci2e1:di1eee1:bd1:yi2e1:zi1eee")]
    public void A_value_has_one_form(string json, string canonical) => Assert.Equal(canonical, Canonical(json));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("-0")]
    [InlineData("""{"a":1,"b":2,"a":3}""")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("{} {}")]
    [InlineData("{")]
    [InlineData("")]
    public void What_has_no_form_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Canonical(json));

    [Fact]
    public void Chosen_members_of_the_outermost_object_are_left_out() =>
        Assert.Equal("d1:bd4:Hashi2eee", Canonical("""{"Salt":[1,{"x":2}],"b":{"Hash":2},"Hash":"x"}""", [Encoding.UTF8.GetBytes("Hash"), Encoding.UTF8.GetBytes("Salt")]));

    [Fact]
    public void The_order_of_members_and_the_spaces_do_not_matter() =>
        Prop.ForAll(Gen.Sized(size => Values(Math.Min(size, 4))).ToArbitrary(), value =>
            Canonical(value.ToJsonString()) == Canonical(Reversed(value).ToJsonString(new JsonSerializerOptions { WriteIndented = true })))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Values_that_differ_have_forms_that_differ() =>
        Prop.ForAll(Gen.Two(Values(2)).ToArbitrary(), pair =>
            JsonNode.DeepEquals(pair.Item1, pair.Item2) == (Canonical(pair.Item1.ToJsonString()) == Canonical(pair.Item2.ToJsonString())))
        .QuickCheckThrowOnFailure();

    internal static Gen<JsonNode> Values(int depth)
    {
        var text = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(value => (JsonNode)JsonValue.Create(value.Get.Replace("\0", "", StringComparison.Ordinal)));
        var number = ArbMap.Default.GeneratorFor<long>().Select(value => (JsonNode)JsonValue.Create(value));
        var truth = ArbMap.Default.GeneratorFor<bool>().Select(value => (JsonNode)JsonValue.Create(value));
        if (depth == 0)
        {
            return Gen.OneOf(text, number, truth);
        }

        var array = Gen.ArrayOf(Values(depth - 1), 3).Select(items => (JsonNode)new JsonArray([.. items]));
        var @object = Gen.ArrayOf(Values(depth - 1), 4).SelectMany(
            items => Gen.ArrayOf(Gen.Elements("a", "b", "ab", "é", "Z", "", "long name"), 4),
            (items, names) =>
            {
                var result = new JsonObject();
                foreach (var (name, item) in names.Zip(items))
                {
                    result[name] = item;
                }

                return (JsonNode)result;
            });
        return Gen.OneOf(text, number, truth, array, @object);
    }

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject value => new JsonObject(value.Reverse().Select(member => KeyValuePair.Create<string, JsonNode?>(member.Key, Reversed(member.Value!)))), // never null here
        JsonArray value => new JsonArray([.. value.Select(item => Reversed(item!))]),
        _ => node.DeepClone(),
    };

    internal static string Canonical(string json, IReadOnlyList<byte[]>? omit = null)
    {
        var writer = new CanonicalWriter();
        CanonicalJson.Write(Encoding.UTF8.GetBytes(json), writer, omit);
        return Encoding.UTF8.GetString(writer.Written);
    }
}

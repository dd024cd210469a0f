using System.Buffers;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The places of rules came later than their event: a row without them is read and written as before.</summary>
public sealed class FirewallPlacesTests
{
    private static readonly FirewallSet Set = new(QubeId.Dom0, [new FirewallRule { Action = FirewallAction.Drop }]);

    [Fact]
    public void Places_survive_the_log()
    {
        var json = Write(Set with { Places = [1] });
        Assert.EndsWith(",\"Places\":[1]}", json, StringComparison.Ordinal);
        Assert.Equal(Set with { Places = [1] }, EventSerializer.Default.Read("firewall-set", Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Without_places_the_row_is_what_it_was()
    {
        Assert.DoesNotContain("Places", Write(Set), StringComparison.Ordinal);
        Assert.Equal(Set, EventSerializer.Default.Read("firewall-set", Encoding.UTF8.GetBytes(Write(Set))));
    }

    private static string Write(DomainEvent @event)
    {
        var output = new ArrayBufferWriter<byte>();
        EventSerializer.Default.Write(@event, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}

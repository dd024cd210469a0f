using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure.Tests;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>What the log says of each event.</summary>
public sealed class EventSummaryTests
{
    [Fact]
    public void Every_event_says_something()
    {
        Assert.Equal(EventCatalog.All.Count, SampleEvents.All.Select(EventCatalog.Of).Distinct().Count());
        Assert.DoesNotContain(SampleEvents.All, change => string.IsNullOrWhiteSpace(EventSummary.Of(change, id => "a-qube")));
    }

    [Fact]
    public void Every_event_belongs_to_an_area()
    {
        Assert.DoesNotContain(EventCatalog.All, type => EventArea.Find(EventArea.NameOf(type.Alias)) is null);
        Assert.Equal("Power", EventArea.NameOf("domain-pre-start"));
        Assert.Equal("Qubes", EventArea.NameOf("domain-add"));
    }

    [Fact]
    public void References_are_shown_by_name()
    {
        var id = new QubeId(new Guid("0b5b1f7e-1f7e-4a59-9d0c-2f4f9a0e0a11"));
        Assert.Equal("netvm = sys-net (was none)", EventSummary.Of(new PropertySet(id, "netvm", PropertyValue.Of(id), PropertyValue.NoQube), _ => "sys-net"));
        Assert.Equal("label = red", EventSummary.Of(new PropertySet(id, "label", PropertyValue.OfLabel(1), null), _ => ""));
    }
}

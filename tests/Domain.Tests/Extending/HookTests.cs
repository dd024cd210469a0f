namespace Qubes.Cqrs.Domain.Tests;

/// <summary>When each hook runs, seen from a reaction that only writes down what it hears.</summary>
public sealed class HookTests
{
    private readonly Listener listener = new();
    private readonly Scenario scenario;

    public HookTests() => scenario = Scenario.Usual().With(listener);

    [Fact]
    public void A_property_that_is_set() => Heard(
        draft => Properties.Set(draft, scenario.Id("work"), "debug", "True"),
        "-pre-set", "BeforePropertySet debug", "+PropertySet", "AfterPropertySet debug", "property-set");

    [Fact]
    public void A_property_that_is_reset() => Heard(
        draft => Properties.Reset(draft, scenario.Id("work"), "debug"),
        "-pre-reset", "BeforePropertyReset debug", "-pre-del", "+PropertyReset", "AfterPropertyReset debug", "property-reset", "property-del");

    [Fact]
    public void A_feature_that_is_set_and_removed()
    {
        Heard(
            draft => Features.Set(draft, scenario.Id("work"), "f", "1"),
            "-pre-set", "BeforeFeatureSet f", "+FeatureSet", "AfterFeatureSet f", "domain-feature-set");
        Heard(
            draft => Features.Remove(draft, scenario.Id("work"), "f"),
            "-pre-delete", "BeforeFeatureRemoved f", "+FeatureRemoved", "AfterFeatureRemoved f", "domain-feature-delete");
    }

    [Fact]
    public void A_tag_that_is_added_and_removed()
    {
        Heard(draft => Tags.Add(draft, scenario.Id("work"), "t"), "+TagAdded", "AfterTagAdded t", "domain-tag-add");
        Heard(draft => Tags.Remove(draft, scenario.Id("work"), "t"), "+TagRemoved", "AfterTagRemoved t", "domain-tag-delete");
    }

    [Fact]
    public void A_qube_that_is_created_and_removed()
    {
        Heard(
            draft => QubeCreation.Create(draft, new NewQube(QubeClass.AppVM, "new", 1, null, null, [], new QubeId(new Guid(1, 2, 3, new byte[8])), 0)),
            "FirstTags new", "+QubeAdded", "+TagAdded", "domain-add", "AfterTagAdded created-by-dom0", "domain-tag-add", "AfterQubeCreated new");
        Assert.Contains("first", scenario.Qube("new").Tags);
        Heard(draft => QubeRemoval.Remove(draft, scenario.Id("new")), "-pre-delete", "BeforeQubeRemoved new", "+QubeRemoved", "domain-delete", "domain-remove-from-disk");
    }

    [Fact]
    public void A_qube_that_is_started_and_shut_down()
    {
        Heard(draft => PowerVetoes.CheckStart(draft, scenario.Id("work")), "BeforeStart work");
        Heard(draft => PowerVetoes.CheckShutdown(draft, new Shutdown(scenario.Qube("work"), false)), "BeforeShutdown work");
    }

    [Fact]
    public void A_change_that_leads_to_itself_without_end_is_refused()
    {
        listener.SetsAgain = true;
        scenario.When(draft => Features.Set(draft, scenario.Id("work"), "f", "1")).ThenFails<RefusedException>("Too many changes would follow from one another");
        Assert.False(scenario.Qube("work").Features.ContainsKey("f"));
    }

    [Fact]
    public void Every_reaction_is_registered_once() => Assert.Equal(
        typeof(Reaction).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Reaction)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal),
        Reactions.All.Select(reaction => reaction.GetType().Name).Order(StringComparer.Ordinal));

    private void Heard(Action<Draft> rule, params string[] expected)
    {
        listener.Start();
        scenario.Given(draft =>
        {
            rule(draft);
            listener.CatchUp(draft);
        });
        Assert.Equal(expected, listener.Heard);
    }

    /// <summary>Notes every hook, and what was recorded and announced before it.</summary>
    private sealed class Listener : Reaction
    {
        private int events;
        private int announcements;

        public List<string> Heard { get; private set; } = [];

        public bool SetsAgain { get; set; }

        public void Start() => (Heard, events, announcements) = ([], 0, 0);

        public void CatchUp(Draft draft)
        {
            // What came between two hooks is noted as: said in advance, recorded, said.
            var (recorded, announced) = (draft.ToDecision().Events, draft.Announced);
            var said = announced.Skip(announcements).Select(announcement => announcement.IsPre
                ? announcement.Event[announcement.Event.IndexOf("-pre-", StringComparison.Ordinal)..].Split(':')[0]
                : announcement.Event.Split(':')[0]).ToList();
            Heard.AddRange(said.Where(text => text.StartsWith('-')));
            Heard.AddRange(recorded.Skip(events).Select(@event => "+" + @event.GetType().Name));
            Heard.AddRange(said.Where(text => !text.StartsWith('-')));
            (events, announcements) = (recorded.Count, announced.Count);
        }

        public override void BeforePropertySet(Draft draft, PropertyChange change) => Note(draft, nameof(BeforePropertySet), change.Name);

        public override void AfterPropertySet(Draft draft, PropertyChange change) => Note(draft, nameof(AfterPropertySet), change.Name);

        public override void BeforePropertyReset(Draft draft, PropertyChange change) => Note(draft, nameof(BeforePropertyReset), change.Name);

        public override void AfterPropertyReset(Draft draft, PropertyChange change) => Note(draft, nameof(AfterPropertyReset), change.Name);

        public override void BeforeFeatureSet(Draft draft, FeatureChange change) => Note(draft, nameof(BeforeFeatureSet), change.Feature);

        public override void AfterFeatureSet(Draft draft, FeatureChange change)
        {
            Note(draft, nameof(AfterFeatureSet), change.Feature);
            if (SetsAgain)
            {
                Features.Set(draft, change.Qube.Id, change.Feature, change.New + "1");
            }
        }

        public override void BeforeFeatureRemoved(Draft draft, FeatureChange change) => Note(draft, nameof(BeforeFeatureRemoved), change.Feature);

        public override void AfterFeatureRemoved(Draft draft, FeatureChange change) => Note(draft, nameof(AfterFeatureRemoved), change.Feature);

        public override void AfterTagAdded(Draft draft, Qube qube, string tag) => Note(draft, nameof(AfterTagAdded), tag);

        public override void AfterTagRemoved(Draft draft, Qube qube, string tag) => Note(draft, nameof(AfterTagRemoved), tag);

        public override IEnumerable<string> FirstTags(World world, Qube qube)
        {
            Heard.Add("FirstTags " + qube.Name);
            return ["first"];
        }

        public override void AfterQubeCreated(Draft draft, Qube qube) => Note(draft, nameof(AfterQubeCreated), qube.Name);

        public override void BeforeQubeRemoved(Draft draft, Qube qube) => Note(draft, nameof(BeforeQubeRemoved), qube.Name);

        public override void BeforeStart(Draft draft, Qube qube) => Note(draft, nameof(BeforeStart), qube.Name);

        public override void BeforeShutdown(Draft draft, Shutdown shutdown) => Note(draft, nameof(BeforeShutdown), shutdown.Qube.Name);

        private void Note(Draft draft, string hook, string about)
        {
            CatchUp(draft);
            Heard.Add($"{hook} {about}");
        }
    }
}

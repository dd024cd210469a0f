namespace Qubes.Cqrs.Domain;

/// <summary>What follows from the wish for preloaded disposables: templates are told to look after theirs, and lists hold what is there.</summary>
/// <remarks>Source: spec, lifecycle.md 12; properties.yaml, default_dispvm, template_for_dispvms, is_preload; addenda 8.</remarks>
public sealed class PreloadFollowers : Reaction
{
    /// <inheritdoc/>
    public override void AfterFeatureSet(Draft draft, FeatureChange change)
    {
        if (change.Feature == Preload.MaxFeature)
        {
            FollowMax(draft, change, $"was set to '{change.New}'");
        }
        else if (change.Feature == Preload.ListFeature && Preload.CanHave(change.Qube))
        {
            var (before, after) = (Preload.Names(change.Old), Preload.Names(change.New));
            foreach (var name in before.Except(after).Concat(after.Except(before)))
            {
                if (draft.World.Find(name) is { Class: QubeClass.DispVM } disposable)
                {
                    Properties.AnnounceReset(draft, disposable, "is_preload");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void AfterFeatureRemoved(Draft draft, FeatureChange change)
    {
        if (change.Feature == Preload.MaxFeature)
        {
            FollowMax(draft, change, "was deleted");
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertySet(Draft draft, PropertyChange change)
    {
        if (change.IsGlobal("default_dispvm"))
        {
            FollowDefault(draft, change);
        }
        else if (change is { Name: "template", Holder: { Class: QubeClass.DispVM } disposable } && change.New != change.Old)
        {
            Leave(draft, disposable, draft.World.Find(change.Old?.AsQube()));
        }
        else if (change.IsOfQube("template_for_dispvms") && change.New == PropertyValue.True && change.Old != PropertyValue.True)
        {
            var template = draft.World.Qube(change.Holder!.Id); // a qube's
            if (Preload.Wanted(draft.World, template) > Preload.Listed(template).Length)
            {
                Start(draft, template, "template_for_dispvms was set to True");
            }
        }
        else if (change.IsOfQube("template_for_dispvms"))
        {
            DropAllIfNone(draft, change);
        }
    }

    /// <inheritdoc/>
    public override void AfterPropertyReset(Draft draft, PropertyChange change)
    {
        if (change.IsGlobal("default_dispvm"))
        {
            FollowDefault(draft, change);
        }
        else if (change.IsOfQube("template_for_dispvms"))
        {
            DropAllIfNone(draft, change);
        }
    }

    /// <inheritdoc/>
    public override void BeforeQubeRemoved(Draft draft, Qube qube)
    {
        if (qube.Class == QubeClass.DispVM)
        {
            Leave(draft, qube, Templates.Of(draft.World, qube));
        }
    }

    /// <inheritdoc/>
    public override void AfterLoad(Draft draft, Qube qube)
    {
        if (Preload.CanHave(qube))
        {
            Keep(draft, qube, name => draft.World.Find(name) is { } other && Templates.Of(draft.World, other)?.Id == qube.Id);
        }
    }

    // Of what is no template of disposables any more, none are kept.
    private static void DropAllIfNone(Draft draft, PropertyChange change)
    {
        if (!Templates.IsForDisposables(draft.World.Qube(change.Holder!.Id))) // a qube's
        {
            PreloadedDisposables.DropAll(draft, change.Holder.Id);
        }
    }

    private static void FollowMax(Draft draft, FeatureChange change, string what)
    {
        if (change.Qube.IsDom0)
        {
            if (Preload.DefaultTemplate(draft.World) is { } template)
            {
                Start(draft, template, "global feature " + what);
            }
        }
        else if (Preload.CanHave(change.Qube) && Templates.IsForDisposables(change.Qube) && !Preload.IsRuledByDom0(draft.World, change.Qube))
        {
            Start(draft, change.Qube, "local feature " + what);
        }
    }

    private static void FollowDefault(Draft draft, PropertyChange change)
    {
        var after = Preload.DefaultTemplate(draft.World)?.Id;
        if (draft.World.Dom0.Features.Find(Preload.MaxFeature) is not { } wanted || change.Old?.AsQube() == after)
        {
            return;
        }

        foreach (var (id, reason) in new[] { (change.Old?.AsQube(), "it was the default_dispvm"), (after, "it became the default_dispvm") })
        {
            if (draft.World.Find(id) is { } template && template.Features.Find(Preload.MaxFeature) != wanted)
            {
                Start(draft, template, reason);
            }
        }
    }

    // Filling the list is work of its own that this sets going, so it is said when the change itself is done.
    private static void Start(Draft draft, Qube template, string reason) =>
        draft.AnnounceLast(template, Preload.StartEvent, new AnnouncementArgument("reason", reason));

    private static void Leave(Draft draft, Qube disposable, Qube? template)
    {
        if (template is not null)
        {
            Keep(draft, template, name => name != disposable.Name);
        }
    }

    private static void Keep(Draft draft, Qube template, Func<string, bool> keep)
    {
        var listed = Preload.Listed(template);
        var kept = listed.Where(keep).ToList();
        if (kept.Count < listed.Length)
        {
            Features.Set(draft, template.Id, Preload.ListFeature, string.Join(' ', kept));
        }
    }
}

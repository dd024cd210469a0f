namespace Qubes.Cqrs.Domain;

/// <summary>The rules of creating qubes.</summary>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.Create.*; lifecycle 11; properties.yaml, DispVM, _creation.</remarks>
public static class QubeCreation
{
    private const int MaxQid = 9999;

    /// <summary>Whether qubes of the class are made from a template.</summary>
    public static bool HasTemplate(QubeClass @class) => @class is QubeClass.AppVM or QubeClass.DispVM;

    /// <summary>Creates a qube and announces it.</summary>
    /// <exception cref="DomainException">The name is taken, something that it names is not there, or it cannot be made.</exception>
    public static void Create(Draft draft, NewQube wanted)
    {
        var world = draft.World;
        if (wanted.Name is { } name && world.Find(name) is not null)
        {
            throw new QubeAlreadyExistsException(name);
        }

        var template = NamedTemplate(world, wanted);
        CheckPools(world, wanted);
        template ??= DefaultTemplate(world, wanted);
        CheckClass(wanted.Class, template);
        var added = Design(draft, wanted, template);
        draft.Record(added);
        if (wanted.Class == QubeClass.DispVM && template is not null)
        {
            Firewalls.TakeOver(draft, template, added.Qube);
        }

        var qube = draft.World.Qube(added.Qube);
        draft.Announce(null, "domain-add", new AnnouncementArgument("vm", qube.Name));
        if (wanted.Name is not null)
        {
            Tags.Add(draft, qube.Id, CreatorTags.Prefix + world.Qube(draft.Caller.Source).Name);
        }

        draft.React(qube.Id, static (reaction, draft, id) => reaction.AfterQubeCreated(draft, draft.World.Qube(id)));
        if (wanted.IsPreload && template is not null)
        {
            PreloadedDisposables.Enlist(draft, qube.Id, template.Id);
        }
    }

    private static Qube? NamedTemplate(World world, NewQube wanted) => HasTemplate(wanted.Class) && !string.IsNullOrEmpty(wanted.Template)
        ? world.Find(wanted.Template) ?? throw new QubeNotFoundException(wanted.Template)
        : null;

    private static Qube? DefaultTemplate(World world, NewQube wanted)
    {
        if (!HasTemplate(wanted.Class))
        {
            return null;
        }

        var setting = wanted.Class == QubeClass.DispVM ? "default_dispvm" : "default_template";
        return PropertyValues.GetQube(world, null, setting) ??
            throw new InvalidValueException("Template for the qube not specified, nor default template set.");
    }

    private static void CheckPools(World world, NewQube wanted)
    {
        foreach (var pool in wanted.Pools.Select(entry => entry.Value).Prepend(wanted.Pool))
        {
            if (pool is not null && world.FindPool(pool) is null)
            {
                throw new RefusedException($"Unknown storage pool {pool}");
            }
        }
    }

    private static void CheckClass(QubeClass @class, Qube? template)
    {
        switch (@class, template)
        {
            case (QubeClass.AdminVM, _):
                throw new InvalidPropertyValueException("property 'qid' on AdminVM instance cannot be set");
            case (QubeClass.AppVM, { Class: not QubeClass.TemplateVM }):
                throw new InvalidPropertyValueException($"wrong VM class: domains[{template.Name}] is of type {template.ClassName} and not TemplateVM");
            case (QubeClass.DispVM, not null) when !Templates.IsForDisposables(template):
                throw new InvalidValueException($"template for disposable ({template.Name}) needs to be an AppVM with template_for_dispvms=True");
        }
    }

    private static QubeAdded Design(Draft draft, NewQube wanted, Qube? template)
    {
        var world = draft.World;
        var properties = SmallMap<PropertyValue>.Empty;
        var features = SmallMap<string>.Empty;
        var tags = Qube.EmptyTags;
        var name = wanted.Name;
        if (wanted.Class == QubeClass.DispVM && template is not null)
        {
            var dispId = FreeDispId(world, wanted);
            properties = TakenOver(template).With("dispid", PropertyValue.Of(dispId));
            properties = name is null ? properties.With("auto_cleanup", PropertyValue.True) : properties;
            name ??= Disposables.NameOf(dispId);
            features = template.Features.Where(feature => !feature.Key.StartsWith("preload-dispvm", StringComparison.Ordinal))
                .Aggregate(features, (map, feature) => map.With(feature.Key, feature.Value));
            tags = template.Tags;
        }

        properties = wanted.Label is { } label ? properties.With("label", PropertyValue.OfLabel(label)) : properties;
        properties = template is null ? properties : properties.With("template", PropertyValue.Of(template.Id));
        if (wanted.Class != QubeClass.RemoteVM && PropertyValues.Get(world, null, "check_updates_vm") == PropertyValue.False)
        {
            features = features.With("check-updates", "");
        }

        var qube = new Qube
        {
            Id = wanted.Id,
            Name = name ?? throw new InvalidRequestException("Creation requested without key: name"),
            Class = wanted.Class,
            Qid = FreeQid(world),
            Properties = properties,
            Features = features,
            Tags = tags,
        };
        return Complete(draft, qube, template, wanted);
    }

    private static QubeAdded Complete(Draft draft, Qube qube, Qube? template, NewQube wanted)
    {
        var added = QubeAdded.Of(qube with { Tags = Qube.EmptyTags });
        var bare = Evolve.Apply(draft.World, added);

        // The first tags come before anything is taken over from a template (recorded: a disposable without guivm has the tag of the default).
        var first = qube.Properties.Where(entry => entry.Key is "label" or "template");
        var plain = qube with { Properties = first.Aggregate(SmallMap<PropertyValue>.Empty, (map, entry) => map.With(entry.Key, entry.Value)) };
        var tags = qube.Tags.Union(draft.Reactions.SelectMany(reaction => reaction.FirstTags(bare, plain)));
        return added with
        {
            Tags = tags.ToEquatableArray(),
            Volumes = Volumes.Has(qube.Class) ? CreateVolumes(bare, bare.Qube(qube.Id), template, wanted) : [],
        };
    }

    private static EquatableArray<VolumeConfig> CreateVolumes(World world, Qube qube, Qube? template, NewQube wanted) =>
        wanted.Name is null && template is not null
            ? Disposables.CreateVolumes(world, qube, template)
            : Volumes.Create(world, qube, volume => PoolOf(wanted, volume));

    private static string? PoolOf(NewQube wanted, VolumeConfig volume)
    {
        foreach (var entry in wanted.Pools)
        {
            if (entry.Name == volume.Name)
            {
                return entry.Value;
            }
        }

        return wanted.Pool is not null && volume is { Rw: true, SnapOnStart: false } ? wanted.Pool : null;
    }

    private static SmallMap<PropertyValue> TakenOver(Qube template) => template.Properties
        .Where(entry => entry.Key != "template" && PropertyCatalog.Find(QubeClass.DispVM, entry.Key) is { IsTakenOver: true, ReadOnly: false })
        .Aggregate(SmallMap<PropertyValue>.Empty, (map, entry) => map.With(entry.Key, entry.Value));

    private static int FreeQid(World world)
    {
        var free = 1;
        foreach (var qid in world.Qids)
        {
            if (qid == free)
            {
                free++;
            }
            else if (qid > free)
            {
                break;
            }
        }

        return free <= MaxQid ? free : throw new RefusedException("Cannot find unused qid: there are as many qubes as there can be");
    }

    private static int FreeDispId(World world, NewQube wanted)
    {
        var used = world.Qubes.Values.Select(qube => qube.Properties.Find("dispid")?.AsInteger()).ToHashSet();
        var free = Enumerable.Range(0, Disposables.DispIds)
            .Select(step => (wanted.FirstDispId + step) % Disposables.DispIds)
            .Where(candidate => !used.Contains(candidate) && world.Find(Disposables.NameOf(candidate)) is null);
        int? found = null;
        foreach (var candidate in free)
        {
            if (!wanted.RecentDispIds.Contains(candidate))
            {
                return candidate;
            }

            found ??= candidate;
        }

        return found ?? throw new RefusedException("Cannot find unused dispid: there are as many disposables as there can be");
    }
}

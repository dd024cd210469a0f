using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections;

/// <summary>Makes of a condition's words what can be asked of a state; the grammar stands at <see cref="Condition"/>.</summary>
internal sealed class ConditionParser(string text)
{
    private const int Deepest = 100;
    private readonly List<ConditionToken> tokens = ConditionToken.Read(text);
    private int at;
    private int depth;

    private ConditionToken Current => tokens[at];

    /// <summary>The whole condition.</summary>
    /// <exception cref="ConditionException">It is none.</exception>
    public Func<World, ConditionValue> Parse()
    {
        var condition = Or();
        return Current.Kind == ConditionTokenKind.End ? condition : throw Unexpected("the end, 'and' or 'or'");
    }

    private Func<World, ConditionValue> Or()
    {
        if (++depth > Deepest)
        {
            throw new ConditionException(Current.Column, "it is nested too deeply");
        }

        var left = And();
        while (Takes("or"))
        {
            var (one, other) = (left, And());
            left = world => ConditionValue.Of(one(world).IsTrue || other(world).IsTrue);
        }

        depth--;
        return left;
    }

    private Func<World, ConditionValue> And()
    {
        var left = Not();
        while (Takes("and"))
        {
            var (one, other) = (left, Not());
            left = world => ConditionValue.Of(one(world).IsTrue && other(world).IsTrue);
        }

        return left;
    }

    private Func<World, ConditionValue> Not()
    {
        var isNegated = false;
        while (Takes("not"))
        {
            isNegated = !isNegated;
        }

        var compared = Compared();
        return isNegated ? world => ConditionValue.Of(!compared(world).IsTrue) : compared;
    }

    private Func<World, ConditionValue> Compared()
    {
        var left = Value();
        if (Takes("in"))
        {
            var list = Value();
            return world => ConditionValue.Of(left(world).IsIn(list(world)));
        }

        if (Current.Kind != ConditionTokenKind.Sign || Current.Text is "(" or ")")
        {
            return left;
        }

        var sign = tokens[at++].Text;
        var right = Value();
        return sign switch
        {
            "==" => world => ConditionValue.Of(left(world).IsSame(right(world))),
            "!=" => world => ConditionValue.Of(!left(world).IsSame(right(world))),
            "<" => world => ConditionValue.Of(left(world).Compare(right(world)) < 0),
            "<=" => world => ConditionValue.Of(left(world).Compare(right(world)) <= 0),
            ">" => world => ConditionValue.Of(left(world).Compare(right(world)) > 0),
            _ => world => ConditionValue.Of(left(world).Compare(right(world)) >= 0),
        };
    }

    private Func<World, ConditionValue> Value()
    {
        if (TakesSign("("))
        {
            return Closed(Or());
        }

        var token = Current;
        if (token.Kind is ConditionTokenKind.Sign or ConditionTokenKind.End)
        {
            throw Unexpected("a value");
        }

        at++;
        if (token is { Kind: ConditionTokenKind.Word, Text: "exists" } && TakesSign("("))
        {
            var name = Text("the name of a qube");
            return Closed(world => ConditionValue.Of(world.Find(name) is not null));
        }

        if (token is { Kind: ConditionTokenKind.Word, Text: "policy" } && TakesSign("("))
        {
            var (source, target, service) = (Text("the qube that calls"), Text("whom it calls"), Text("the service that it calls"));
            return Closed(new ConditionPolicy(PolicyRequest.Of(service, source, target)).Of);
        }

        return token.Kind == ConditionTokenKind.Text ? _ => new ConditionValue(token.Text)
            : token.Dot < 0 ? ConditionPaths.Word(token)
            : ConditionPaths.Path(token);
    }

    private string Text(string wanted) => Current.Kind is ConditionTokenKind.Word or ConditionTokenKind.Text ? tokens[at++].Text : throw Unexpected(wanted);

    private Func<World, ConditionValue> Closed(Func<World, ConditionValue> inner) => TakesSign(")") ? inner : throw Unexpected("')'");

    private bool Takes(string word) => Takes(ConditionTokenKind.Word, word);

    private bool TakesSign(string sign) => Takes(ConditionTokenKind.Sign, sign);

    private bool Takes(ConditionTokenKind kind, string word)
    {
        var isIt = Current.Kind == kind && Current.Text == word;
        at += isIt ? 1 : 0;
        return isIt;
    }

    private ConditionException Unexpected(string wanted) =>
        new(Current.Column, Current.Kind == ConditionTokenKind.End ? $"it ends, but {wanted} is expected" : $"'{Current.Text}' stands where {wanted} is expected");
}

namespace Qubes.Cqrs.Api.Tests;

/// <summary>The page of the API says of every method what the table says, and nothing of methods that there are not.</summary>
public class AdminApiPageTests
{
    [Fact]
    public void The_page_is_written_from_the_table()
    {
        var page = Given.Text("admin-api.md");
        var due = AdminApiPage.Write();
        if (page != due)
        {
            File.WriteAllText(Given.Path("admin-api.new.md"), due);
        }

        Assert.True(page == due, $"docs/admin-api.md is stale; refresh it with: cp {Given.Path("admin-api.new.md")} docs/admin-api.md");
    }

    [Fact]
    public void Every_method_is_documented_once() => Assert.All(
        MethodTable.All,
        method => Assert.True(
            Documents.Count(document => document.Covers(method)) == 1,
            $"{method.Name} has to stand once in src/Api/Methods/Areas/*.yaml, but stands there {Documents.Count(document => document.Covers(method))} times"));

    [Fact]
    public void Nothing_else_is_documented() => Assert.All(
        Documents.SelectMany(document => document.Names),
        name => Assert.Contains(MethodTable.All, method => MethodDocument.Covers(name, method)));

    [Fact]
    public void Argument_and_payload_are_documented_where_there_are_any() => Assert.All(MethodTable.All, method =>
    {
        var document = Documents.First(document => document.Covers(method));
        Assert.True(method.Argument == Presence.Forbidden == (document.Argument.Length == 0), $"{method.Name}: argument");
        Assert.True(method.Payload == Presence.Forbidden == (document.Payload.Length == 0), $"{method.Name}: payload");
        Assert.True(document.Does.EndsWith('.') && document.Reply.Length > 0, $"{method.Name}: what it does, as a sentence, and its reply");
    });

    [Fact]
    public void Calls_refer_to_groups_of_refusals_that_there_are() => Assert.All(
        Documents.SelectMany(document => document.Errors).Concat(MethodDocuments.Groups.SelectMany(group => group.Errors)).Where(error => error.IsGroup),
        error => Assert.Contains(MethodDocuments.Groups, group => group.Name == error.Text));

    [Fact]
    public void What_is_built_refuses_with_classes_that_there_are()
    {
        var classes = ErrorTable.Types.Select(type => ErrorTable.Find(type)!.ClassName).ToHashSet();
        var built = MethodTable.All.Where(method => AdminMethods.Built.Contains(method.Name));
        Assert.All(built, method => Assert.All(
            Documents.First(document => document.Covers(method)).Errors.Where(error => !error.IsGroup),
            error => Assert.True(classes.Contains(error.ClassName), $"{method.Name}: {error.ClassName} has no row in ErrorTable")));
    }

    [Theory]
    [InlineData("QubesException: a: b", "QubesException", "a: b")]
    [InlineData("(names)", "", "names")]
    public void Refusals_are_read(string line, string className, string text) => Assert.Equal(new DocumentedError(className, text), DocumentedError.Parse(line));

    [Theory]
    [InlineData("QubesException")]
    [InlineData(": text")]
    [InlineData("(names")]
    public void What_is_no_refusal_is_refused(string line) => Assert.Throws<FormatException>(() => DocumentedError.Parse(line));

    private static IEnumerable<MethodDocument> Documents => MethodDocuments.Areas.SelectMany(area => area.Methods);
}

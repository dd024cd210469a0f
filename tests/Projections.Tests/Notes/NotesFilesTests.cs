using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>Where a qube's files lie.</summary>
public sealed class NotesFilesTests
{
    [Theory]
    [InlineData(QubeClass.TemplateVM, "/var/lib/qubes/vm-templates/work/notes.txt")]
    [InlineData(QubeClass.AppVM, "/var/lib/qubes/appvms/work/notes.txt")]
    [InlineData(QubeClass.StandaloneVM, "/var/lib/qubes/appvms/work/notes.txt")]
    [InlineData(QubeClass.DispVM, "/var/lib/qubes/appvms/work/notes.txt")]
    [InlineData(QubeClass.RemoteVM, null)]
    [InlineData(QubeClass.AdminVM, null)]
    public void The_notes_lie_in_the_folder_of_the_qube(QubeClass @class, string? path) =>
        Assert.Equal(path, NotesFiles.PathOf(Named("work", @class)));

    [Fact]
    public void The_base_folder_can_be_another_one() =>
        Assert.Equal("/elsewhere/appvms/work", QubeFolders.PathOf(Named("work", QubeClass.AppVM), "/elsewhere"));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../../etc")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void A_name_that_leads_elsewhere_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => NotesFiles.PathOf(Named(name, QubeClass.AppVM)));

    private static Qube Named(string name, QubeClass @class) => new() { Id = QubeId.Dom0, Name = name, Class = @class, Qid = 1 };
}

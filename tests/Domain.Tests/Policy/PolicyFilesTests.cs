namespace Qubes.Cqrs.Domain.Tests;

public sealed class PolicyFilesTests
{
    [Fact]
    public void What_lies_in_a_folder_is_found_however_the_names_sort()
    {
        var random = new Random(7);
        string[] parts = ["a", "a.b", "a-b", "a0", "b", "!", "~"];
        for (var round = 0; round < 300; round++)
        {
            var files = Enumerable.Range(0, random.Next(12)).Aggregate(PolicyFiles.None, (all, _) => all.With(Path(), PolicyFile.Of("x")));
            foreach (var folder in new[] { Path(), "/a", "/", "/nowhere" })
            {
                var start = folder == "/" ? folder : folder + "/";
                var below = files.Entries.Keys.Where(path => path.StartsWith(start, StringComparison.Ordinal))
                    .Select(path => path[start.Length..].Split('/')[0]).Distinct().Order(StringComparer.Ordinal).ToList();
                var isFolder = below.Count > 0 && !files.Entries.ContainsKey(folder);
                Assert.Equal(isFolder ? below : null, files.List(folder));
                Assert.Equal(isFolder, files.Find(folder).Kind == PolicyFileKind.Folder);
            }
        }

        string Path() => "/" + string.Join('/', Enumerable.Range(0, 1 + random.Next(3)).Select(_ => parts[random.Next(parts.Length)]));
    }

    [Fact]
    public void A_file_that_was_added_is_found_though_others_were_looked_for_before()
    {
        var files = PolicyFiles.None.With("/p/a", PolicyFile.Of("a"));
        Assert.Equal(["a"], files.List("/p"));
        Assert.Equal(["a", "b"], files.With("/p/b", PolicyFile.Of("b")).List("/p"));
        Assert.Null(files.Without("/p/a").List("/p"));
    }
}

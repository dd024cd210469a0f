using System.CommandLine;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd packaged-files</c>: writes the files to install that follow from the method table; for the build, so not shown in the help.</summary>
internal static class PackagedFilesCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "What stands for /, for instance packaging." };
        var command = new Command("packaged-files", "Write the files to install that follow from the method table.") { folder };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            try
            {
                PackagedFiles.Write(parsed.GetRequiredValue(folder));
                return 0;
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"qubesd: {reason.Message}");
                return 1;
            }
        });
        return command;
    }
}

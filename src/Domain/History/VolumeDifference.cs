namespace Qubes.Cqrs.Domain;

/// <summary>The steps that lead from the settings of a volume to others. Its data stays what it is.</summary>
internal sealed class VolumeDifference(string holder, VolumeConfig? before, VolumeConfig after)
{
    internal IEnumerable<Step> Steps()
    {
        if (before is null)
        {
            return [Impossible("", "There is no such volume any more")];
        }

        return
        [
            .. Step(VolumeOption.Revisions, VolumeStep.Number(before.RevisionsToKeep), VolumeStep.Number(after.RevisionsToKeep)),
            .. Step(VolumeOption.Rw, before.Rw.ToString(), after.Rw.ToString()),
            .. before.Ephemeral != after.Ephemeral && after.Ephemeral is null
                ? [Impossible(" ephemeral as its pool has it", "It was set for the volume itself, which cannot be taken back")]
                : Step(VolumeOption.Ephemeral, before.Ephemeral?.ToString() ?? "as its pool has it", after.Ephemeral?.ToString() ?? "as its pool has it"),
            .. before.SnapOnStart || after.SnapOnStart ? [] : Content(before),
        ];
    }

    private IEnumerable<Step> Content(VolumeConfig old)
    {
        if (old.SizeBytes > after.SizeBytes)
        {
            yield return Impossible($" size = {VolumeStep.Number(after.SizeBytes)}", "A volume is not made smaller");
        }
        else
        {
            foreach (var step in Step(VolumeOption.Size, VolumeStep.Number(old.SizeBytes), VolumeStep.Number(after.SizeBytes)))
            {
                yield return step;
            }
        }

        if (old.Pool != after.Pool)
        {
            yield return Impossible($" in pool {after.Pool}", $"Its data lies in pool {old.Pool} now");
        }
    }

    private IEnumerable<Step> Step(VolumeOption option, string old, string wanted) =>
        old == wanted ? [] : [new VolumeStep(after.Name, option, wanted, old) { Subject = holder }];

    private ImpossibleStep Impossible(string setting, string reason) => new($"volume {after.Name}{(setting.Length == 0 ? "" : ":" + setting)}", reason) { Subject = holder };
}

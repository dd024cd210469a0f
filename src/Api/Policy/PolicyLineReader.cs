using System.Text;

namespace Qubes.Cqrs.Api;

/// <summary>Reads requests of <c>policy.sock</c>: lines <c>key=value</c>, ended by an empty one or by the end of what the client sends.</summary>
/// <remarks>Source: spec, policy 6; the order of the checks and their texts are recorded.</remarks>
internal sealed class PolicyLineReader : PolicyReader
{
    private const string Problem = "error parsing policy request: ";

    private const int LongestLine = 64 * 1024;

    private static readonly string[] Keys = ["source", "intended_target", "service_and_arg", "requested_source", "assume_yes_for_ask", "just_evaluate"];
    private readonly string?[] values = new string?[Keys.Length];
    private int lineStart;
    private int seen;

    /// <inheritdoc/>
    internal override string AnswerEnd => "";

    /// <inheritdoc/>
    /// <remarks>A line for each key, then an empty one; every line more is refused.</remarks>
    internal override int MostBytes => (Keys.Length + 1) * (LongestLine + 1);

    /// <inheritdoc/>
    internal override PolicyInquiry? Read(ReadOnlySpan<byte> untrustedBytes, bool isEnd)
    {
        while (untrustedBytes[seen..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = untrustedBytes[lineStart..(seen + length)];
            lineStart = seen += length + 1;
            if (line.IsEmpty)
            {
                return Complete();
            }

            Take(line);
        }

        seen = untrustedBytes.Length;
        CheckLength(untrustedBytes[lineStart..]);
        if (!isEnd)
        {
            return null;
        }

        if (lineStart < untrustedBytes.Length)
        {
            Take(untrustedBytes[lineStart..]);
        }

        return Complete();
    }

    // The original bounds each line, not the request.
    private static void CheckLength(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine)
        {
            throw new PolicyProtocolException($"{Problem}a line is longer than {LongestLine} bytes");
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        CheckLength(line);
        if (!Ascii.IsValid(line))
        {
            throw new PolicyProtocolException(Problem + "not ASCII");
        }

        var equals = line.IndexOf((byte)'=');
        if (equals < 0)
        {
            throw new PolicyProtocolException(Problem + "a line without '='");
        }

        var key = Encoding.ASCII.GetString(line[..equals]);
        var place = Array.IndexOf(Keys, key);
        if (place < 0)
        {
            throw new PolicyProtocolException($"{Problem}unknown argument {key}");
        }

        if (values[place] is not null)
        {
            throw new PolicyProtocolException($"{Problem}duplicate argument {key}");
        }

        var value = Encoding.ASCII.GetString(line[(equals + 1)..]);
        values[place] = place < 4 || value is "yes" or "no"
            ? value
            : throw new PolicyProtocolException($"{Problem}invalid bool value {value} for argument {key}");
    }

    private PolicyInquiry Complete() => values is [{ } source, { } target, { } service, var requestedSource, var assumeYes, var justEvaluate]
        ? new PolicyInquiry(source, target, service)
        {
            RequestedSource = requestedSource is "" ? null : requestedSource,
            AssumeYes = assumeYes == "yes",
            JustEvaluate = justEvaluate == "yes",
        }
        : throw new PolicyProtocolException(Problem + "required argument missing");
}

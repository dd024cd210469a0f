using System.Buffers;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Reads calls of the services <c>policy.EvalSimple</c> and <c>policy.EvalGUI</c>, which qrexec hands over as they are.</summary>
/// <param name="service">Which of them.</param>
/// <param name="isForGui">Whether only a qube may ask that shows the windows of both sides.</param>
/// <remarks>Source: spec, policy 6, and wire protocol 9 for the header; the order of the checks and their texts are recorded.</remarks>
internal sealed class PolicyServiceReader(string service, bool isForGui) : PolicyReader
{
    private const int MostPayload = 96;
    private const int MostSource = 31;
    private const int MostTarget = 63;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <inheritdoc/>
    internal override string AnswerEnd => "\n";

    /// <inheritdoc/>
    internal override int MostBytes => 64 * 1024;

    /// <inheritdoc/>
    internal override PolicyInquiry? Read(ReadOnlySpan<byte> untrustedBytes, bool isEnd)
    {
        var space = untrustedBytes.IndexOf((byte)' ');
        var end = space < 0 ? -1 : untrustedBytes[space..].IndexOf((byte)0);
        if (end < 0)
        {
            return isEnd ? throw new PolicyProtocolException($"b'{service}': the header is not complete") : null;
        }

        var payload = untrustedBytes[(space + end + 1)..];
        return isEnd || payload.Length >= MostPayload
            ? Take(untrustedBytes[..space], untrustedBytes[(space + 1)..(space + end)], payload[..Math.Min(payload.Length, MostPayload)])
            : null;
    }

    private PolicyInquiry Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> rest, ReadOnlySpan<byte> payload)
    {
        var untrustedCaller = rest.IndexOf((byte)' ') is >= 0 and var blank ? rest[..blank] : rest;
        if (!Ascii.IsValid(name) || !Ascii.IsValid(untrustedCaller))
        {
            throw new PolicyProtocolException($"b'{service}': the header is not ASCII");
        }

        var caller = Encoding.ASCII.GetString(untrustedCaller);
        var argument = ArgumentOf(Encoding.ASCII.GetString(name), caller);
        var (source, target) = Split(payload, caller);
        return new PolicyInquiry(source, target, argument)
        {
            AssumeYes = true,
            JustEvaluate = true,
            Asker = isForGui ? (service, caller) : null,
        };
    }

    private string ArgumentOf(string name, string caller)
    {
        var plus = name.IndexOf('+', StringComparison.Ordinal);
        var called = plus < 0 ? name : name[..plus];
        if (called != service)
        {
            throw new PolicyProtocolException($"b'{service}' invoked with incorrect name b{PythonText.Repr(called)} by {caller}");
        }

        // The missing space is the original's.
        return plus >= 0 && name[(plus + 1)..] is [not '+', ..] argument
            ? argument
            : throw new PolicyProtocolException($"b'{service}' requires an argument (the service to query), but{caller} did not provide one");
    }

    private (string Source, string Target) Split(ReadOnlySpan<byte> payload, string caller)
    {
        var split = payload.IndexOf((byte)0);
        if (split < 0)
        {
            throw Invalid(caller);
        }

        Bound(payload.Length - split - 1, MostTarget, "target", caller);
        Bound(split, MostSource, "source", caller);
        var source = Encoding.Latin1.GetString(payload[..split]);
        var target = Encoding.Latin1.GetString(payload[(split + 1)..]);
        return IsName(source) && (IsName(target) || target is PolicyTokens.AdminVm or PolicyTokens.Default or PolicyTokens.Disposable)
            ? (source, target)
            : throw Invalid(caller);
    }

    private static bool IsName(string text) => !text.AsSpan().ContainsAnyExcept(NameCharacters);

    private void Bound(int length, int most, string what, string caller)
    {
        if (length == 0 || length > most)
        {
            throw new PolicyProtocolException($"b'{service}': {caller} sent a {what} of length {length}, but the limit is {most}");
        }
    }

    private PolicyProtocolException Invalid(string caller) => new($"b'{service}': invalid data from qube {caller}");
}

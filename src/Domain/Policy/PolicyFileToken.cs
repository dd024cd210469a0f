using System.Security.Cryptography;

namespace Qubes.Cqrs.Domain;

/// <summary>Stands for the content of a file of the policy, so that a caller changes what it has seen and nothing else.</summary>
/// <remarks>Source: spec, policy 5, the row of tokens.</remarks>
public static class PolicyFileToken
{
    /// <summary>For a file that is to be made, not changed.</summary>
    public const string New = "new";

    /// <summary>For any content, also none.</summary>
    public const string Any = "any";

    private const string Prefix = "sha256:";

    /// <summary>The token of a content.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Prefix + Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Holds a token against a file.</summary>
    /// <param name="untrustedToken">What the caller gave.</param>
    /// <param name="content">What the file holds; null when there is none.</param>
    /// <exception cref="PolicyTokenException">It stands for something else.</exception>
    /// <exception cref="InvalidPolicyCallException">It is no token.</exception>
    public static void Check(string untrustedToken, byte[]? content)
    {
        switch (untrustedToken)
        {
            case Any:
                return;
            case New:
                Require(content is null, "File exists but token is 'new'");
                return;
            case var token when token.StartsWith(Prefix, StringComparison.Ordinal):
                Require(content is not null, "File doesn't exist, but token isn't 'new'");
                Require(token == Of(content), "Token mismatch");
                return;
            default:
                throw new InvalidPolicyCallException("Unrecognized token");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new PolicyTokenException(otherwise);
        }
    }
}

namespace Qubes.Cqrs.Domain;

/// <summary>Why a policy cannot be used, or a request not be judged.</summary>
/// <param name="message">The words of the original.</param>
public class PolicyException(string message) : Exception(message)
{
    /// <summary>The name that the original gives the error.</summary>
    public virtual string ClassName => "AccessDenied";

    /// <summary>Whether the original answers nothing at all, since it did not expect this.</summary>
    public virtual bool IsUnanswered => false;
}

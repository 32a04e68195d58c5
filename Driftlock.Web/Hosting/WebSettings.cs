using System.ComponentModel.DataAnnotations;

namespace Driftlock.Web.Hosting;

/// <summary>Settings under <c>Driftlock:Web</c>.</summary>
internal sealed class WebSettings : IValidatableObject
{
    public const string Section = "Driftlock:Web";

    /// <summary>Folder for the keys that encrypt sessions; shared by all replicas. Empty: the platform's default, kept by each machine.</summary>
    public string? DataProtectionKeys { get; set; }

    /// <summary>Believe X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that sets them itself.</summary>
    public bool ForwardedHeaders { get; set; }

    /// <summary>Where senders outside reach the Api; shown on the pages that explain how to send. Empty: the address found by discovery.</summary>
    public Uri? PublicApiUrl { get; set; }

    /// <summary>Where senders outside reach OTLP over HTTP.</summary>
    public Uri? PublicOtlpHttpUrl { get; set; }

    /// <summary>Where senders outside reach OTLP over gRPC.</summary>
    public Uri? PublicOtlpGrpcUrl { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[]
        {
            (nameof(PublicApiUrl), PublicApiUrl),
            (nameof(PublicOtlpHttpUrl), PublicOtlpHttpUrl),
            (nameof(PublicOtlpGrpcUrl), PublicOtlpGrpcUrl),
        })
        {
            if (value is not null && (!value.IsAbsoluteUri || value.Scheme is not ("http" or "https")))
                yield return new ValidationResult($"{Section}:{name} has to be an absolute http or https address, and is '{value}'.", [name]);
        }

        if (DataProtectionKeys is { Length: > 0 } folder && !Path.IsPathFullyQualified(folder))
            yield return new ValidationResult($"{Section}:{nameof(DataProtectionKeys)} has to be an absolute path, and is '{folder}'.");
    }
}

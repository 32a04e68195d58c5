namespace Driftlock.Benchmarks.Load;

internal enum AnswerKind
{
    /// <summary>2xx, or gRPC's 0.</summary>
    Good,

    /// <summary>429, 503 or gRPC's UNAVAILABLE, with the time after which to try again.</summary>
    Refused,

    /// <summary>Anything else; no answer is one, too.</summary>
    Failed,
}

/// <param name="Status">As the table names it: 200, 503, grpc 14, no answer, ...</param>
/// <param name="Bytes">Of the body.</param>
internal readonly record struct Answer(AnswerKind Kind, string Status, int Bytes);

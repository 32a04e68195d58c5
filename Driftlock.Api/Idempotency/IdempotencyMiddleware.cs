using System.Security.Cryptography;
using System.Text;
using Driftlock.Api.Auth;
using Driftlock.Api.Errors;
using Driftlock.Api.Ingest;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Driftlock.Api.Idempotency;

/// <summary>
/// Carries out a write that names an <c>Idempotency-Key</c> at most once: a repetition gets the first answer again. Sending events has its
/// own way (EventsEndpoints), since what is sent there is large and is recognised in the transaction of the event log.
/// </summary>
public sealed class IdempotencyMiddleware(RequestDelegate next)
{
    public const string Header = "Idempotency-Key";
    public const int LongestKey = 255;

    private const string Replayed = "Idempotent-Replayed";
    private const int LargestBody = 1 << 20;

    public async Task InvokeAsync(HttpContext context, IdempotentWrites writes, CurrentWrite current)
    {
        string? given = context.Request.Headers[Header];
        if (given is null || !IsWrite(context) || Caller.TryFrom(context.User) is not { } caller)
        {
            await next(context);
            return;
        }
        // The draft has a quoted string; most clients send it bare.
        var key = given.Trim('"');
        if (key.Length is 0 or > LongestKey || !key.All(c => c is > ' ' and < (char)127))
        {
            await ApiProblem.Invalid(Header, $"must have 1 to {LongestKey} visible ASCII characters").ExecuteAsync(context);
            return;
        }
        if (await HashAsync(context.Request, context.RequestAborted) is not { } hash)
        {
            await ApiProblem.Of(StatusCodes.Status413PayloadTooLarge, "too_large", $"the body is larger than {LargestBody} bytes").ExecuteAsync(context);
            return;
        }
        var (beginning, answer) = await writes.BeginAsync(caller, key, hash, context.RequestAborted);
        if (beginning == WriteBeginning.New)
        {
            current.Is(caller.TenantId, caller.Id, key);
            await CarryOutAsync(context, writes, caller, key);
        }
        else if (answer is not null) await ReplayAsync(context.Response, answer, context.RequestAborted);
        else await Refusal(beginning, context.Response).ExecuteAsync(context);
    }

    private static bool IsWrite(HttpContext context) =>
        context.GetEndpoint()?.Metadata is { } metadata && metadata.GetMetadata<IHttpMethodMetadata>() is { } methods && !methods.HttpMethods.Contains(HttpMethods.Get)
        && metadata.GetMetadata<RecognisesRepetition>() is null && metadata.GetMetadata<OtlpRoute>() is null;

    private async Task CarryOutAsync(HttpContext context, IdempotentWrites writes, Caller caller, string key)
    {
        var response = context.Response;
        var body = response.Body;
        using var held = new MemoryStream();
        response.Body = held;
        var isAnswered = false;
        try
        {
            await next(context);
            isAnswered = response.StatusCode < StatusCodes.Status500InternalServerError;
        }
        finally
        {
            response.Body = body;
            // Also when the caller has gone: it will ask again. Other limits on this wait are the command timeouts of the store.
            if (!isAnswered) await writes.ForgetAsync(caller, key, CancellationToken.None);
        }
        if (isAnswered)
        {
            await writes.AnswerAsync(
                caller, key, new WriteAnswer(response.StatusCode, response.ContentType, response.Headers.Location, held.ToArray()), CancellationToken.None);
        }
        held.Position = 0;
        await held.CopyToAsync(body, context.RequestAborted);
    }

    private static async Task ReplayAsync(HttpResponse response, WriteAnswer answer, CancellationToken cancellationToken)
    {
        response.StatusCode = answer.StatusCode;
        response.Headers[Replayed] = "true";
        if (answer.ContentType is not null) response.ContentType = answer.ContentType;
        if (answer.Location is not null) response.Headers.Location = answer.Location;
        if (answer.Body.Length > 0) await response.Body.WriteAsync(answer.Body, cancellationToken);
    }

    private static ProblemHttpResult Refusal(WriteBeginning beginning, HttpResponse response)
    {
        switch (beginning)
        {
            case WriteBeginning.Reused:
                return ApiProblem.Of(StatusCodes.Status422UnprocessableEntity, "idempotency_key_reused", "this Idempotency-Key was used for another request: take a new one for each");
            case WriteBeginning.AnswerLost:
                return ApiProblem.Conflict("answer_lost", "this write was carried out, but its answer was lost: look at what there is");
            default:
                response.Headers.RetryAfter = "1";
                return ApiProblem.Conflict("still_running", "the same request is being carried out: ask again in a second");
        }
    }

    /// <returns>Null when the body is too large.</returns>
    private static async Task<byte[]?> HashAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LargestBody) return null;
        request.EnableBuffering(LargestBody, LargestBody);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        var buffer = new byte[16 << 10];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0;) hash.AppendData(buffer, 0, read);
        }
        catch (IOException) when (request.Body.Length >= LargestBody)
        {
            return null;
        }
        request.Body.Position = 0;
        return hash.GetHashAndReset();
    }
}

/// <summary>On an endpoint that sees to repetitions by itself, or that may be repeated since it changes nothing.</summary>
public sealed record RecognisesRepetition;

using System.Net;
using System.Text.Json;
using Driftlock.Cbad;
using Driftlock.Storage.EventLog;
using Driftlock.Storage.Model;
using Driftlock.Storage.Signing;

namespace Driftlock.Tests.Api;

/// <summary>GET /api/v1/anomalies/{id}/verification: what an auditor's command line says, said in place.</summary>
[Collection(SharedApi.Name)]
public sealed class EvidenceVerificationTests(ApiHost host)
{
    [Fact]
    public async Task What_the_engine_found_and_the_store_kept_is_verified()
    {
        var (tenant, anomalies) = await ChainAsync(3);
        var answer = await VerifyAsync(tenant, anomalies[1]);
        Assert.True(answer.GetProperty("verified").GetBoolean(), answer.ToString());
        Assert.Equal((anomalies[1].Id, ApiDatabase.Evidence.Value.ContentHash), (answer.GetProperty("anomalyId").GetString(), answer.GetProperty("contentHash").GetString()));
        Assert.True(answer.GetProperty("recomputation").GetProperty("agrees").GetBoolean());
        Assert.Empty(answer.GetProperty("recomputation").GetProperty("differences").EnumerateArray());
        var signature = answer.GetProperty("signature");
        Assert.Equal(("valid", "ecdsa-p256-sha256"), (signature.GetProperty("state").GetString(), signature.GetProperty("algorithm").GetString()));
        var published = (await host.Api.GetAsync(null, "api/v1/evidence/keys")).Json.GetProperty("keys").EnumerateArray();
        Assert.Contains(published, key => key.GetProperty("keyId").GetString() == signature.GetProperty("keyId").GetString() && key.GetProperty("createdAt").GetDateTimeOffset() == signature.GetProperty("keyCreatedAt").GetDateTimeOffset());
        var chain = answer.GetProperty("chain");
        Assert.Equal(("linked", JsonValueKind.Null, 2, 3), (chain.GetProperty("state").GetString(), chain.GetProperty("problem").ValueKind, chain.GetProperty("position").GetInt32(), chain.GetProperty("length").GetInt32()));
        var links = (await host.Api.GetAsync(tenant.Read, "api/v1/evidence/chain")).Json.GetProperty("items");
        Assert.Equal((links[0].GetProperty("hash").GetString(), links[1].GetProperty("hash").GetString()), (chain.GetProperty("previousHash").GetString(), chain.GetProperty("hash").GetString()));
        foreach (var end in (Anomaly[])[anomalies[0], anomalies[2]]) Assert.True((await VerifyAsync(tenant, end)).GetProperty("verified").GetBoolean());
    }

    [Fact]
    public async Task A_bundle_that_was_altered_in_the_store_differs()
    {
        var (tenant, anomalies) = await ChainAsync(1);
        var found = ApiDatabase.Evidence.Value;
        var altered = EvidenceJson.Write(found with { Explanation = found.Explanation with { Score = 1, Why = new string('x', 500) } });
        await AlterAsync($"UPDATE anomalies SET evidence = decode('{Convert.ToHexString(EventPayload.Compress(altered))}', 'hex') WHERE id = '{anomalies[0].Id}'");
        var answer = await VerifyAsync(tenant, anomalies[0]);
        Assert.Equal((false, false), (answer.GetProperty("verified").GetBoolean(), answer.GetProperty("recomputation").GetProperty("agrees").GetBoolean()));
        var differences = answer.GetProperty("recomputation").GetProperty("differences").EnumerateArray().ToDictionary(one => one.GetProperty("what").GetString()!);
        Assert.Equal("1", differences["explanation.score"].GetProperty("stated").GetString());
        Assert.Equal($"{found.Explanation.Score}", differences["explanation.score"].GetProperty("recomputed").GetString());
        Assert.Equal(200, differences["explanation.why"].GetProperty("stated").GetString()!.Length);
        Assert.Contains("contentHash", differences.Keys);
    }

    [Fact]
    public async Task One_that_was_altered_with_its_hash_is_neither_signed_nor_linked()
    {
        var (tenant, anomalies) = await ChainAsync(1);
        var altered = ApiDatabase.Evidence.Value with { Stream = ApiDatabase.Evidence.Value.Stream with { Service = "another" } };
        altered = altered with { ContentHash = EvidenceJson.HashContent(altered) };
        await AlterAsync($"UPDATE anomalies SET evidence = decode('{Convert.ToHexString(EventPayload.Compress(EvidenceJson.Write(altered)))}', 'hex') WHERE id = '{anomalies[0].Id}'");
        var answer = await VerifyAsync(tenant, anomalies[0]);
        Assert.Equal((false, "invalid", "broken"), States(answer));
        Assert.Contains("the chain names another bundle", answer.GetProperty("chain").GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Equal(altered.ContentHash, answer.GetProperty("contentHash").GetString());
    }

    [Theory]
    [InlineData("is_sealed = true")]
    [InlineData("evidence = decode('00ff00', 'hex')")]
    [InlineData("evidence = substring(evidence for 40)")]
    public async Task One_that_can_no_longer_be_read_differs_too(string change)
    {
        var (tenant, anomalies) = await ChainAsync(1);
        await AlterAsync($"UPDATE anomalies SET {change} WHERE id = '{anomalies[0].Id}'");
        var answer = await VerifyAsync(tenant, anomalies[0]);
        Assert.Equal((false, "invalid", "broken"), States(answer));
        Assert.Equal("bundle", Assert.Single(answer.GetProperty("recomputation").GetProperty("differences").EnumerateArray()).GetProperty("what").GetString());
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("contentHash").ValueKind);
    }

    [Theory]
    [InlineData("UPDATE evidence_chain SET bundle_signature = decode(repeat('00', 64), 'hex') WHERE position = 2", "invalid", "linked", "")]
    [InlineData("UPDATE evidence_chain SET bundle_signature = '' WHERE position = 2", "invalid", "linked", "")]
    [InlineData("UPDATE evidence_chain SET signature = decode(repeat('00', 64), 'hex') WHERE position = 2", "valid", "broken", "position 2: the signature does not match this key")]
    [InlineData("UPDATE evidence_chain SET key_id = 'ffffffffffffffff' WHERE position = 2", "unknown-key", "broken", "position 2: signed by the key ffffffffffffffff")]
    [InlineData("UPDATE evidence_chain SET content_hash = repeat('a', 64) WHERE position = 2", "valid", "broken", "the link at position 2 was altered")]
    [InlineData("UPDATE evidence_chain SET previous_hash = repeat('a', 64) WHERE position = 2", "valid", "broken", "position 2 does not name the link before it")]
    [InlineData("UPDATE evidence_chain SET previous_hash = repeat('a', 64) WHERE position = 3", "valid", "broken", "position 3 does not name the link before it")]
    [InlineData("DELETE FROM evidence_chain WHERE position = 1", "valid", "broken", "links are missing before position 2")]
    [InlineData("DELETE FROM evidence_chain WHERE position = 3", "valid", "broken", "links are missing before position 4")]
    [InlineData("DELETE FROM evidence_chain WHERE position = 2", "missing", "missing", "no link of the chain names this anomaly")]
    public async Task A_signature_or_a_link_that_was_altered_or_removed_is_named(string statement, string signature, string chain, string problem)
    {
        var (tenant, anomalies) = await ChainAsync(4);
        await AlterAsync($"{statement} AND tenant_id = {tenant.Id}");
        var answer = await VerifyAsync(tenant, anomalies[1]);
        Assert.True(answer.GetProperty("recomputation").GetProperty("agrees").GetBoolean());
        Assert.Equal((false, signature, chain), States(answer));
        Assert.StartsWith(problem, answer.GetProperty("chain").GetProperty("problem").GetString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_was_rotated_out_still_vouches_and_another_does_not()
    {
        var (tenant, anomalies) = await ChainAsync(1);
        await using (var connection = await host.Database.OpenAsync())
        {
            await SigningKeys.RotateAsync(connection, await host.Database.Keys.GetAsync(CancellationToken.None), DateTimeOffset.UtcNow, CancellationToken.None);
        }
        var answer = await VerifyAsync(tenant, anomalies[0]);
        Assert.True(answer.GetProperty("verified").GetBoolean());
        Assert.NotEqual(JsonValueKind.Null, answer.GetProperty("signature").GetProperty("keyRetiredAt").ValueKind);
        await AlterAsync($"UPDATE evidence_chain SET key_id = (SELECT id FROM signing_keys WHERE retired_at IS NULL) WHERE tenant_id = {tenant.Id}");
        Assert.Equal((false, "invalid", "broken"), States(await VerifyAsync(tenant, anomalies[0])));
    }

    [Fact]
    public async Task One_from_before_there_were_signatures_is_not_verified()
    {
        var tenant = await host.AddTenantAsync();
        var answer = await VerifyAsync(tenant, await host.Database.AddAnomalyAsync(tenant));
        Assert.True(answer.GetProperty("recomputation").GetProperty("agrees").GetBoolean());
        Assert.Equal((false, "missing", "missing"), States(answer));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("signature").GetProperty("keyId").ValueKind);
        Assert.Equal(0, answer.GetProperty("chain").GetProperty("length").GetInt32());
    }

    [Fact]
    public async Task Another_tenants_anomaly_and_none_are_not_found()
    {
        var (_, anomalies) = await ChainAsync(1);
        var stranger = await host.AddTenantAsync();
        (await host.Api.GetAsync(stranger.Read, Address(anomalies[0].Id))).IsProblem(HttpStatusCode.NotFound, "not_found");
        (await host.Api.GetAsync(stranger.Read, Address("1-1-1"))).IsProblem(HttpStatusCode.NotFound, "not_found");
        (await host.Api.GetAsync(stranger.Ingest, Address(anomalies[0].Id))).IsProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    private static string Address(string id) => $"api/v1/anomalies/{id}/verification";

    private static (bool Verified, string? Signature, string? Chain) States(JsonElement answer) =>
        (answer.GetProperty("verified").GetBoolean(), answer.GetProperty("signature").GetProperty("state").GetString(), answer.GetProperty("chain").GetProperty("state").GetString());

    private async Task<JsonElement> VerifyAsync(TestTenant tenant, Anomaly anomaly)
    {
        var answer = await host.Api.GetAsync(tenant.Read, Address(anomaly.Id));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Body);
        return answer.Json;
    }

    private async Task<(TestTenant Tenant, Anomaly[] Anomalies)> ChainAsync(int length)
    {
        var tenant = await host.AddTenantAsync();
        var anomalies = new Anomaly[length];
        for (var i = 0; i < length; i++)
        {
            anomalies[i] = await host.Database.AddAnomalyAsync(tenant);
            await host.Database.LinkAsync(tenant, anomalies[i]);
        }
        return (tenant, anomalies);
    }

    /// <summary>As somebody would who goes around the triggers.</summary>
    private Task<int> AlterAsync(string statement) =>
        host.Database.ScalarAsync<int>($"SET session_replication_role = replica; {statement}; SET session_replication_role = origin; SELECT 1");
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Driftlock.Cbad;
using Driftlock.Storage.Signing;
using Driftlock.Tests.Telemetry;

namespace Driftlock.Tests.Api;

/// <summary>What an auditor does with the command line: bundles and chain out of the API, judged by the real Detector.</summary>
[Collection(SharedApi.Name)]
public sealed class EvidenceChainTests(ApiHost host) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private readonly string _directory = Directory.CreateTempSubdirectory("driftlock-chain-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_bundle_is_signed_and_stands_in_the_chain_and_whatever_is_altered_is_noticed()
    {
        var tenant = await host.AddTenantAsync();
        var ids = await AlarmsAsync(tenant);
        var keys = await SaveAsync("keys.json", (await host.Api.GetAsync(null, "api/v1/evidence/keys")).Body);
        var chain = (await host.Api.GetAsync(tenant.Read, "api/v1/evidence/chain")).Body;
        var (chainFile, bundle) = (await SaveAsync("chain.json", chain), await BundleAsync(tenant, ids[0]));

        var good = await CliProcess.RunAsync("verify", bundle, chainFile, "--keys", keys);
        Assert.True(good.ExitCode == 0, good.Output + good.Error);
        Assert.Contains("signature valid; it stands in the chain", good.Output, StringComparison.Ordinal);
        Assert.Contains($"{ids.Length} links, from position 1 to {ids.Length}", good.Output, StringComparison.Ordinal);

        // A bundle that was computed anew after a change has other bits, or another hash than the chain names.
        await RefusedAsync("NOT VERIFIED", bundle, await ChangedAsync("altered.json", chain, link => link["contentHash"] = new string('a', 64)), "--keys", keys);
        await RefusedAsync("does not stand in the chain", bundle, await ChangedAsync("other.json", chain, link => link["anomalyId"] = "0-0-0"), "--keys", keys);
        await RefusedAsync("the link at position 1 was altered", await ChangedAsync("moved.json", chain, link => link["anomalyId"] = "0-0-0"));
        await RefusedAsync("signature does not match", await ChangedAsync("forged.json", chain, link => link["signature"] = Convert.ToBase64String(new byte[64])), "--keys", keys);
        await RefusedAsync("no link has the hash", chainFile, "--head", new string('b', 64));
        await RefusedAsync("the bundle has no signature", await SaveAsync("unsigned.json", Unsigned(await File.ReadAllTextAsync(bundle, TestContext.Current.CancellationToken))), "--keys", keys);
    }

    [Fact]
    public async Task Pages_of_the_chain_are_put_together_again_and_a_missing_one_is_noticed()
    {
        var tenant = await host.AddTenantAsync();
        await using (var connection = await host.Database.OpenAsync())
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            using var chain = await EvidenceChain.OpenAsync(connection, await host.Database.Keys.GetAsync(CancellationToken.None), CancellationToken.None);
            for (var i = 0; i < 7; i++) await chain.AppendAsync(tenant.Id, $"{tenant.Id}-{i}-0", new string('c', 64), CancellationToken.None);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }
        List<string> files = [];
        for (var cursor = ""; cursor is not null;)
        {
            var page = (await host.Api.GetAsync(tenant.Read, $"api/v1/evidence/chain?limit=3{cursor}")).Body;
            files.Add(await SaveAsync($"page-{files.Count}.json", page));
            cursor = EvidenceLinks.Read(System.Text.Encoding.UTF8.GetBytes(page)).NextCursor is { } next ? $"&cursor={next}" : null;
        }
        Assert.Equal(3, files.Count);
        var keys = await SaveAsync("keys.json", (await host.Api.GetAsync(null, "api/v1/evidence/keys")).Body);
        var whole = await CliProcess.RunAsync(["verify", files[2], files[0], files[1], "--keys", keys]);
        Assert.True(whole.ExitCode == 0, whole.Output + whole.Error);
        Assert.Contains("7 links", whole.Output, StringComparison.Ordinal);
        await RefusedAsync("links are missing before position 7", files[0], files[2]);
    }

    [Fact]
    public async Task A_key_that_was_rotated_out_still_vouches_for_what_it_signed()
    {
        var tenant = await host.AddTenantAsync();
        var ring = await host.Database.Keys.GetAsync(CancellationToken.None);
        await using (var connection = await host.Database.OpenAsync())
        {
            foreach (var round in (int[])[0, 1])
            {
                await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
                if (round == 1) await SigningKeys.RotateAsync(connection, ring, DateTimeOffset.UtcNow, CancellationToken.None);
                using var chain = await EvidenceChain.OpenAsync(connection, ring, CancellationToken.None);
                await chain.AppendAsync(tenant.Id, $"{tenant.Id}-{round}-0", new string('c', 64), CancellationToken.None);
                await transaction.CommitAsync(TestContext.Current.CancellationToken);
            }
        }
        var chainFile = await SaveAsync("chain.json", (await host.Api.GetAsync(tenant.Read, "api/v1/evidence/chain")).Body);
        var published = (await host.Api.GetAsync(null, "api/v1/evidence/keys")).Body;
        Assert.Equal(0, (await CliProcess.RunAsync("verify", chainFile, "--keys", await SaveAsync("keys.json", published))).ExitCode);
        var newest = JsonDocument.Parse(published).RootElement.GetProperty("keys")[0].GetProperty("publicKey").GetString()!;
        await RefusedAsync("which was not given", chainFile, "--public-key", await SaveAsync("newest.pem", newest));
        Assert.Equal(0L, await host.Database.ScalarAsync<long>("SELECT count(*) FROM signing_keys WHERE retired_at IS NOT NULL AND private_key IS NOT NULL"));
    }

    private static async Task RefusedAsync(string why, params string[] arguments)
    {
        var refused = await CliProcess.RunAsync(["verify", .. arguments]);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(why, refused.Output, StringComparison.Ordinal);
    }

    private static string Unsigned(string bundle) => bundle[..(bundle.LastIndexOf("\"signature\":", StringComparison.Ordinal) + 12)] + "null}";

    private async Task<string[]> AlarmsAsync(TestTenant tenant)
    {
        await host.StartDetectorAsync();
        await using var live = await LiveReader.OpenAsync(host.Api, tenant.Read);
        var generated = await CliProcess.RunAsync("generate", "--signal", "logs", "--count", "6000", "--seed", "7", "--anomaly", "pattern");
        foreach (var request in generated.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Assert.True((await host.Api.Otlp.SendAsync(Transport.Grpc, tenant.Ingest, request)).IsSuccess);
        using var patience = new CancellationTokenSource(Patience);
        await live.NextAsync("anomaly").WaitAsync(patience.Token);
        await host.Database.JudgedAsync(patience.Token);
        return (await host.Api.GetAsync(tenant.Read, "api/v1/anomalies")).Ids;
    }

    private async Task<string> BundleAsync(TestTenant tenant, string id) =>
        await SaveAsync($"{id}.json", (await host.Api.GetAsync(tenant.Read, $"api/v1/anomalies/{id}/evidence")).Body);

    private Task<string> ChangedAsync(string name, string chain, Action<JsonNode> change)
    {
        var changed = JsonNode.Parse(chain)!;
        change(changed["items"]![0]!);
        return SaveAsync(name, changed.ToJsonString());
    }

    private async Task<string> SaveAsync(string name, string text)
    {
        var path = Path.Combine(_directory, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}

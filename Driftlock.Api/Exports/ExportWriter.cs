using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Driftlock.Api.Exports;

/// <summary>Turns anomalies into the bytes of a file; both formats have the names and values that JSON has elsewhere.</summary>
public sealed class ExportWriter(IOptions<JsonOptions> json)
{
    /// <summary>Telemetry is hostile text: a cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection).</summary>
    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n", // RFC 4180.
        InjectionOptions = InjectionOptions.Escape,
        InjectionCharacters = ['=', '+', '-', '@', '\t', '\r', '\n'],
        InjectionEscapeCharacter = '\'',
    };

    private static readonly string[] Columns = [.. typeof(ExportedAnomaly).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))];

    private readonly JsonSerializerOptions _options = json.Value.SerializerOptions;

    /// <param name="rows">Each with its evidence bundle, or null.</param>
    public byte[] Ndjson(IEnumerable<(ExportedAnomaly Row, byte[]? Evidence)> rows)
    {
        using var bytes = new MemoryStream();
        foreach (var (row, evidence) in rows)
        {
            var line = ToJson(row);
            if (evidence is not null) line["evidence"] = JsonNode.Parse(evidence);
            bytes.Write(Encoding.UTF8.GetBytes(line.ToJsonString(_options)));
            bytes.WriteByte((byte)'\n');
        }
        return bytes.ToArray();
    }

    /// <summary>The line that a file of comma-separated values begins with.</summary>
    public static byte[] CsvHeader() => WriteCsv([Columns]);

    public byte[] CsvRows(IEnumerable<ExportedAnomaly> rows) => WriteCsv(rows.Select(row =>
    {
        var cells = ToJson(row);
        return Columns.Select(column => cells[column]?.ToString());
    }));

    private JsonObject ToJson(ExportedAnomaly row) => JsonSerializer.SerializeToNode(row, _options)!.AsObject();

    private static byte[] WriteCsv(IEnumerable<IEnumerable<string?>> lines)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, Csv))
        {
            foreach (var line in lines)
            {
                foreach (var cell in line) csv.WriteField(cell);
                csv.NextRecord();
            }
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

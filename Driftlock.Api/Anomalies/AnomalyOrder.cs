using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text;
using Driftlock.Api.Errors;
using Driftlock.Api.Queries;
using Driftlock.Storage.Model;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Driftlock.Api.Anomalies;

/// <summary>
/// The order of the list, and where a page of it begins: after the values of the last row of the page before, so that what is added meanwhile
/// shifts nothing. Among equal values the newest come first.
/// </summary>
public abstract class AnomalyOrder
{
    private const int LongestCursor = 200;

    /// <summary>Newest first: what is asked for when nothing is.</summary>
    private const string Default = "-detected";

    private static readonly Dictionary<string, Func<string, AnomalyOrder>> Orders = new(StringComparer.Ordinal)
    {
        ["score"] = name => new By<double>(name, anomaly => anomaly.Score, row => row.Score, Round, Number),
        ["pValue"] = name => new By<double>(name, anomaly => anomaly.PValue, row => row.PValue, Round, Number),
        ["excessBits"] = name => new By<double>(name, anomaly => anomaly.ExcessBits, row => row.ExcessBits, Round, Number),
        ["time"] = name => new By<DateTimeOffset>(
            name, anomaly => anomaly.FirstEventTime, row => row.FirstEventTime, time => time.UtcTicks.ToString(CultureInfo.InvariantCulture), Time),
        ["detected"] = name => new By<long>(
            name, anomaly => anomaly.Sequence, row => row.Sequence, sequence => sequence.ToString(CultureInfo.InvariantCulture), Whole, isUnique: true),
    };

    private delegate bool Parse<T>(string text, out T value);

    public abstract IQueryable<Anomaly> Apply(IQueryable<Anomaly> query);

    /// <summary>The cursor of the page after this row.</summary>
    public abstract string After(AnomalySummary last);

    public static bool TryRead(string? sort, string? cursor, [NotNullWhen(true)] out AnomalyOrder? order, [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        (order, problem) = (null, null);
        var name = string.IsNullOrEmpty(sort) ? Default : sort;
        if (!Orders.TryGetValue(name.TrimStart('-'), out var make) || name.StartsWith("--", StringComparison.Ordinal))
        {
            problem = ApiProblem.Invalid("sort", $"must be one of {string.Join(", ", Orders.Keys)}, with - before it for the largest first");
            return false;
        }
        order = make(name);
        if (cursor is null || order.TryBeginAfter(cursor)) return true;
        problem = ApiProblem.Invalid("cursor", ListCursor.Bad + " of the same order");
        return false;
    }

    protected abstract bool TryBeginAfter(string cursor);

    private static string Round(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static bool Whole(string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool Time(string text, out DateTimeOffset value)
    {
        value = default;
        if (!Whole(text, out var ticks) || ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks) return false;
        value = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    /// <summary>
    /// The second key runs the way of the first, so that both are one comparison of rows, with which an index begins where the page does: after the
    /// sequence where the largest come first, after its negative where the smallest do.
    /// </summary>
    private sealed class By<T>(
        string name, Expression<Func<Anomaly, T>> column, Func<AnomalySummary, T> read, Func<T, string> write, Parse<T> parse, bool isUnique = false) : AnomalyOrder
    {
        private readonly bool _isDescending = name.StartsWith('-');
        private Edge? _after;

        public override IQueryable<Anomaly> Apply(IQueryable<Anomaly> query)
        {
            if (_after is { } after) query = query.Where(Beyond(after));
            var ordered = _isDescending ? query.OrderByDescending(column) : query.OrderBy(column);
            if (isUnique) return ordered;
            return _isDescending ? ordered.ThenByDescending(anomaly => anomaly.Sequence) : ordered.ThenBy(anomaly => -anomaly.Sequence);
        }

        public override string After(AnomalySummary last) =>
            Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{name} {write(read(last))} {last.Sequence.ToString(CultureInfo.InvariantCulture)}"));

        protected override bool TryBeginAfter(string cursor)
        {
            if (cursor.Length > LongestCursor || !Base64Url.IsValid(cursor)) return false;
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ');
            if (parts.Length != 3 || parts[0] != name || !parse(parts[1], out var value) || !Whole(parts[2], out var sequence)) return false;
            _after = new Edge(value, _isDescending ? sequence : -sequence);
            return true;
        }

        /// <summary>The edge is a captured object, which becomes parameters of one query.</summary>
        private Expression<Func<Anomaly, bool>> Beyond(Edge edge)
        {
            var (row, captured) = (column.Parameters[0], Expression.Constant(edge));
            var value = Expression.Property(captured, nameof(Edge.Value));
            if (isUnique) return Condition(_isDescending ? Expression.LessThan(column.Body, value) : Expression.GreaterThan(column.Body, value));
            var sequence = Expression.Property(row, nameof(Anomaly.Sequence));
            return Condition(Expression.Call(
                typeof(NpgsqlDbFunctionsExtensions),
                _isDescending ? nameof(NpgsqlDbFunctionsExtensions.LessThan) : nameof(NpgsqlDbFunctionsExtensions.GreaterThan), null, Expression.Constant(EF.Functions),
                Pair(column.Body, _isDescending ? sequence : Expression.Negate(sequence)), Pair(value, Expression.Property(captured, nameof(Edge.Then)))));

            Expression<Func<Anomaly, bool>> Condition(Expression body) => Expression.Lambda<Func<Anomaly, bool>>(body, row);
        }

        private static UnaryExpression Pair(Expression first, Expression second) =>
            Expression.Convert(Expression.Call(typeof(ValueTuple), nameof(ValueTuple.Create), [typeof(T), typeof(long)], first, second), typeof(ITuple));

        /// <param name="Value">Of the last row.</param>
        /// <param name="Then">Its sequence, or the negative of it.</param>
        private sealed record Edge(T Value, long Then);
    }
}

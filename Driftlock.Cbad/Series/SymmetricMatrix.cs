namespace Driftlock.Cbad.Series;

/// <summary>The two decompositions that a resource model needs, in a fixed order of operations. Matrices are square, row-major.</summary>
internal static class SymmetricMatrix
{
    private const int Sweeps = 30;
    private const double Negligible = 1e-12;

    /// <summary>The first <paramref name="rows"/> rows of the inverse of a positive definite matrix, by Cholesky decomposition.</summary>
    public static double[] InverseRows(double[] matrix, int size, int rows)
    {
        var lower = Cholesky(matrix, size);
        var inverse = new double[rows * size];
        var column = new double[size];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < size; i++)
            {
                var sum = i == row ? 1.0 : 0.0;
                for (var k = 0; k < i; k++) sum -= lower[(i * size) + k] * column[k];
                column[i] = sum / lower[(i * size) + i];
            }
            for (var i = size - 1; i >= 0; i--)
            {
                var sum = column[i];
                for (var k = i + 1; k < size; k++) sum -= lower[(k * size) + i] * column[k];
                column[i] = sum / lower[(i * size) + i];
            }
            column.CopyTo(inverse, row * size);
        }
        return inverse;
    }

    /// <summary>Eigenvalues, descending, and their vectors as rows, by cyclic Jacobi rotations.</summary>
    public static (double[] Values, double[] Vectors) Eigen(double[] matrix, int size)
    {
        var a = matrix.ToArray();
        var vectors = new double[size * size];
        for (var i = 0; i < size; i++) vectors[(i * size) + i] = 1;
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var rotated = false;
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++)
                {
                    if (Math.Abs(a[(p * size) + q]) < Negligible) continue;
                    Rotate(a, vectors, size, p, q);
                    rotated = true;
                }
            }
            if (!rotated) break;
        }
        var order = Enumerable.Range(0, size).OrderByDescending(i => a[(i * size) + i]).ThenBy(i => i).ToArray();
        var sorted = new double[size * size];
        for (var i = 0; i < size; i++) vectors.AsSpan(order[i] * size, size).CopyTo(sorted.AsSpan(i * size));
        return ([.. order.Select(i => a[(i * size) + i])], sorted);
    }

    private static double[] Cholesky(double[] matrix, int size)
    {
        var lower = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[(i * size) + j];
                for (var k = 0; k < j; k++) sum -= lower[(i * size) + k] * lower[(j * size) + k];
                lower[(i * size) + j] = i == j ? Math.Sqrt(Math.Max(sum, Negligible)) : sum / lower[(j * size) + j];
            }
        }
        return lower;
    }

    private static void Rotate(double[] a, double[] vectors, int size, int p, int q)
    {
        var theta = (a[(q * size) + q] - a[(p * size) + p]) / (2 * a[(p * size) + q]);
        var tangent = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var cosine = 1 / Math.Sqrt((tangent * tangent) + 1);
        var sine = tangent * cosine;
        for (var k = 0; k < size; k++)
            (a[(k * size) + p], a[(k * size) + q]) = Turn(a[(k * size) + p], a[(k * size) + q], cosine, sine);
        for (var k = 0; k < size; k++)
        {
            (a[(p * size) + k], a[(q * size) + k]) = Turn(a[(p * size) + k], a[(q * size) + k], cosine, sine);
            (vectors[(p * size) + k], vectors[(q * size) + k]) = Turn(vectors[(p * size) + k], vectors[(q * size) + k], cosine, sine);
        }
    }

    private static (double First, double Second) Turn(double first, double second, double cosine, double sine) =>
        ((cosine * first) - (sine * second), (sine * first) + (cosine * second));
}

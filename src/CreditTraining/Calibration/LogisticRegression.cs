using System.Numerics;
using FinanceChain.CreditScoring.Numerics;

namespace FinanceChain.CreditTraining.Calibration;

/// <summary>Ridge logistic regression by Newton's method; the step is halved until the loss falls, because a full one diverges on separated data.</summary>
public static class LogisticRegression
{
    /// <summary>Coefficients, the intercept first (it is not penalised). <paramref name="columns"/> are the regressors.</summary>
    /// <param name="notNegative">Regressors whose coefficient may not be negative; null: none.</param>
    public static double[] Fit(double[][] columns, double[] labels, double ridge, bool[]? notNegative = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(labels);
        int size = columns.Length + 1, rows = labels.Length;
        double[] beta = new double[size], margin = new double[rows];
        double rate = Math.Clamp(labels.Sum() / rows, 1e-6, 1 - 1e-6);
        beta[0] = PortableMath.Logit(rate);
        Array.Fill(margin, beta[0]);
        double loss = Loss(margin, labels, beta, ridge);
        for (int iteration = 0; iteration < 60; iteration++)
        {
            double[] step = Step(columns, labels, beta, margin, ridge, notNegative);
            double scale = 1, after = double.PositiveInfinity;
            double[] next = beta, nextMargin = margin;
            for (int halving = 0; halving < 30; halving++, scale /= 2)
            {
                next = [.. beta.Select((value, i) => value + (scale * step[i]))];
                nextMargin = Margin(columns, next, rows);
                after = Loss(nextMargin, labels, next, ridge);
                if (after <= loss)
                {
                    break;
                }
            }

            if (!(after <= loss))
            {
                break;
            }

            double improved = loss - after;
            (beta, margin, loss) = (next, nextMargin, after);
            if (improved < 1e-12 * Math.Max(1, Math.Abs(loss)))
            {
                break;
            }
        }

        return beta;
    }

    private static double[] Margin(double[][] columns, double[] beta, int rows)
    {
        double[] margin = new double[rows];
        Array.Fill(margin, beta[0]);
        for (int c = 0; c < columns.Length; c++)
        {
            double b = beta[c + 1];
            double[] column = columns[c];
            for (int row = 0; row < rows; row++)
            {
                margin[row] += b * column[row];
            }
        }

        return margin;
    }

    private static double Loss(double[] margin, double[] labels, double[] beta, double ridge)
    {
        double sum = 0;
        for (int row = 0; row < margin.Length; row++)
        {
            double z = labels[row] > 0 ? -margin[row] : margin[row];
            sum += z > 0 ? z + PortableMath.Log(1 + PortableMath.Exp(-z)) : PortableMath.Log(1 + PortableMath.Exp(z));
        }

        for (int i = 1; i < beta.Length; i++)
        {
            sum += 0.5 * ridge * beta[i] * beta[i];
        }

        return sum;
    }

    // Row after row, so that what is added up at one time lies side by side: the vectors work on neighbours and each sum keeps its order, whatever their width.
    private static double[] Step(double[][] columns, double[] labels, double[] beta, double[] margin, double ridge, bool[]? notNegative)
    {
        int size = beta.Length;
        double[][] hessian = [.. Enumerable.Range(0, size).Select(i => new double[i + 1])];
        double[] gradient = new double[size], x = new double[size];
        x[0] = 1;
        for (int row = 0; row < labels.Length; row++)
        {
            for (int i = 1; i < size; i++)
            {
                x[i] = columns[i - 1][row];
            }

            double p = PortableMath.Logistic(margin[row]);
            Add(gradient, labels[row] - p, x);
            for (int i = 0; i < size; i++)
            {
                Add(hessian[i], p * (1 - p) * x[i], x);
            }
        }

        for (int i = 0; i < size; i++)
        {
            hessian[i][i] += (i > 0 ? ridge : 0) + 1e-10;
            gradient[i] -= i > 0 ? ridge * beta[i] : 0;
        }

        return notNegative is null ? Solve(hessian, gradient) : Bounded(hessian, gradient, beta, notNegative);
    }

    // sum += factor × values, as long as sum is.
    private static void Add(double[] sum, double factor, double[] values)
    {
        int i = 0;
        var factors = new Vector<double>(factor);
        for (; i <= sum.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(sum, i) + (factors * new Vector<double>(values, i))).CopyTo(sum, i);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += factor * values[i];
        }
    }

    // The least of the quadratic that a Newton step minimises, among steps that leave no bounded coefficient negative: one coordinate after the other.
    private static double[] Bounded(double[][] lower, double[] gradient, double[] beta, bool[] notNegative)
    {
        const int MostCycles = 2_000;
        const double Still = 1e-10;
        int size = gradient.Length;
        double[][] full = [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, size).Select(j => j <= i ? lower[i][j] : lower[j][i]).ToArray())];
        double[] step = new double[size], left = [.. gradient];
        for (int cycle = 0; cycle < MostCycles; cycle++)
        {
            double moved = 0;
            for (int i = 0; i < size; i++)
            {
                double change = left[i] / full[i][i];
                if (i > 0 && notNegative[i - 1])
                {
                    change = Math.Max(change, -beta[i] - step[i]);
                }

                // Most bounded coefficients soon rest at zero.
                if (change != 0)
                {
                    step[i] += change;
                    moved = Math.Max(moved, Math.Abs(change));
                    Add(left, -change, full[i]);
                }
            }

            if (moved < Still)
            {
                break;
            }
        }

        return step;
    }

    // Cholesky, in place, lower triangle.
    private static double[] Solve(double[][] matrix, double[] right)
    {
        int size = right.Length;
        for (int j = 0; j < size; j++)
        {
            for (int k = 0; k < j; k++)
            {
                for (int i = j; i < size; i++)
                {
                    matrix[i][j] -= matrix[i][k] * matrix[j][k];
                }
            }

            double diagonal = Math.Sqrt(Math.Max(matrix[j][j], 1e-12));
            for (int i = j; i < size; i++)
            {
                matrix[i][j] /= diagonal;
            }

            matrix[j][j] = diagonal;
        }

        double[] x = [.. right];
        for (int i = 0; i < size; i++)
        {
            for (int k = 0; k < i; k++)
            {
                x[i] -= matrix[i][k] * x[k];
            }

            x[i] /= matrix[i][i];
        }

        for (int i = size - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < size; k++)
            {
                x[i] -= matrix[k][i] * x[k];
            }

            x[i] /= matrix[i][i];
        }

        return x;
    }
}

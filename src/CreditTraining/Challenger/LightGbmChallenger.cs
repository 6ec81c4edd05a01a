using System.Runtime.InteropServices;
using System.Text;
using FinanceChain.CreditTraining.Data;
using FinanceChain.CreditTraining.Pipeline;

namespace FinanceChain.CreditTraining.Challenger;

/// <summary>
/// The challenger: LightGBM with the champion's directions as monotone constraints. It stands in the shadow: it is fitted and compared, and no decision is taken with it.
/// The method is <c>intermediate</c>: <c>advanced</c> was seen to break monotonicity.
/// </summary>
public sealed class LightGbmChallenger : IFittedModel, IDisposable
{
    private const int Rounds = 300;

    private readonly IReadOnlyList<DataColumn> _columns;
    private nint _booster;

    private LightGbmChallenger(IReadOnlyList<DataColumn> columns, nint booster) => (_columns, _booster) = (columns, booster);

    /// <summary>Whether the native library can be loaded on this machine; it needs OpenMP (<c>libgomp</c>).</summary>
    public static bool Available =>
        NativeLibrary.TryLoad("lib_lightgbm", typeof(LightGbmChallenger).Assembly, null, out _);

    /// <summary>Fits on the rows. One thread and fixed seeds: the same rows give the same text.</summary>
    /// <exception cref="TrainingException">LightGBM refused; its own words are in the message.</exception>
    public static LightGbmChallenger Fit(DataSet data, IReadOnlyList<FoundDirection> directions, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(directions);
        string constraints = string.Join(',', directions.Select(direction => direction.Sign));
        string categorical = string.Join(',', data.Columns.Select((column, i) => (column, i)).Where(item => item.column.Levels.Count > 0).Select(item => item.i));
        string parameters = $"objective=binary learning_rate=0.05 num_leaves=15 min_data_in_leaf={Math.Clamp(data.Rows / 100, 3, 20)} lambda_l2=5 "
            + $"feature_fraction=0.5 bagging_fraction=0.8 bagging_freq=1 monotone_constraints={constraints} monotone_constraints_method=intermediate "
            + $"deterministic=true force_row_wise=true num_threads=1 seed={seed % int.MaxValue} verbosity=-1"
            + (categorical.Length > 0 ? $" categorical_feature={categorical}" : "");
        Require(LightGbmNative.LGBM_DatasetCreateFromMat(Matrix(data.Columns, data), LightGbmNative.Float64, data.Rows, data.Columns.Count, 1, parameters, 0, out nint dataset));
        try
        {
            float[] labels = [.. data.Labels.Select(label => (float)label)];
            Require(LightGbmNative.LGBM_DatasetSetField(dataset, "label", labels, labels.Length, LightGbmNative.Float32));
            Require(LightGbmNative.LGBM_BoosterCreate(dataset, parameters, out nint booster));
            var challenger = new LightGbmChallenger(data.Columns, booster);
            for (int round = 0, finished = 0; round < Rounds && finished == 0; round++)
            {
                Require(LightGbmNative.LGBM_BoosterUpdateOneIter(booster, out finished));
            }

            return challenger;
        }
        finally
        {
            _ = LightGbmNative.LGBM_DatasetFree(dataset);
        }
    }

    public double[] Margins(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        ObjectDisposedException.ThrowIf(_booster == 0, this);
        double[] margins = new double[data.Rows];
        Require(LightGbmNative.LGBM_BoosterPredictForMat(
            _booster, Matrix(_columns, data), LightGbmNative.Float64, data.Rows, _columns.Count, 1, LightGbmNative.RawScore, 0, -1, "num_threads=1", out _, margins));
        return margins;
    }

    /// <summary>LightGBM's own text of the model.</summary>
    public string Text()
    {
        ObjectDisposedException.ThrowIf(_booster == 0, this);
        byte[] text = new byte[1 << 24];
        Require(LightGbmNative.LGBM_BoosterSaveModelToString(_booster, 0, -1, 0, text.Length, out long length, text));
        return Encoding.UTF8.GetString(text, 0, (int)Math.Max(0, Math.Min(length, text.Length) - 1));
    }

    public void Dispose()
    {
        if (_booster != 0)
        {
            _ = LightGbmNative.LGBM_BoosterFree(_booster);
            _booster = 0;
        }
    }

    private static double[] Matrix(IReadOnlyList<DataColumn> trained, DataSet data)
    {
        double[][] columns = [.. trained.Select((column, i) => Levels.Mapped(column, data.Columns[i]))];
        double[] matrix = new double[data.Rows * columns.Length];
        for (int row = 0; row < data.Rows; row++)
        {
            for (int i = 0; i < columns.Length; i++)
            {
                matrix[(row * columns.Length) + i] = columns[i][row];
            }
        }

        return matrix;
    }

    private static void Require(int code)
    {
        if (code != 0)
        {
            throw new TrainingException($"LightGBM: {Marshal.PtrToStringUTF8(LightGbmNative.LGBM_GetLastError())}");
        }
    }
}

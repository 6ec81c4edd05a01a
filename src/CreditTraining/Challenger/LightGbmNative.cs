using System.Runtime.InteropServices;

namespace FinanceChain.CreditTraining.Challenger;

/// <summary>The few calls of LightGBM's C API that the challenger needs. Each returns 0 for success.</summary>
internal static partial class LightGbmNative
{
    public const int Float64 = 1;
    public const int Float32 = 0;
    public const int RawScore = 1;
    private const string Library = "lib_lightgbm";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_DatasetCreateFromMat(double[] data, int dataType, int rows, int columns, int rowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_DatasetSetField(nint dataset, string field, float[] data, int count, int type);

    [LibraryImport(Library)]
    public static partial int LGBM_DatasetFree(nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_BoosterCreate(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterUpdateOneIter(nint booster, out int finished);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_BoosterPredictForMat(
        nint booster, double[] data, int dataType, int rows, int columns, int rowMajor, int predictType, int start, int iterations, string parameters, out long length, double[] result);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterSaveModelToString(nint booster, int start, int iterations, int importance, long size, out long length, byte[] text);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterFree(nint booster);

    [LibraryImport(Library)]
    public static partial nint LGBM_GetLastError();
}

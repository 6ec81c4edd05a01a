using FinanceChain.CreditScoring.Models;
using FinanceChain.CreditTraining.Data;

namespace FinanceChain.CreditTraining.Pipeline;

/// <summary>A model fitted on some rows, before calibration: champion, scorecard and challenger alike.</summary>
public interface IFittedModel
{
    /// <summary>Log-odds of default of each row.</summary>
    double[] Margins(DataSet data);
}

/// <summary>A fitted model that can be compiled to points.</summary>
public interface ICompilableModel : IFittedModel
{
    /// <summary>Compiles to integers. The PD table covers every score that can occur, up to the cap on its length.</summary>
    PointsModel Compile(string name, PdScale scale);
}

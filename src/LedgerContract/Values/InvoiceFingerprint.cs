using System.Text;
using FinanceChain.Ethereum;

namespace FinanceChain.LedgerContract;

/// <summary>
/// What makes an invoice the same invoice for everybody: Keccak-256 of the UTF-8 text
/// <c>financechain:invoice:1|SELLER USCC|INVOICE CODE|INVOICE NUMBER</c>. It is not salted, because two parties that never spoke must get the
/// same value for one invoice. A digital invoice (数电票) has a number of 20 digits and an empty code; older ones have a code of 10 or 12
/// digits and a number of 8.
/// </summary>
public static class InvoiceFingerprint
{
    private const string Version = "financechain:invoice:1";
    private const int DigitalNumberLength = 20;
    private const int NumberLength = 8;

    /// <param name="seller">The supplier that wrote the invoice.</param>
    /// <param name="code">Empty for a digital invoice.</param>
    /// <param name="number">Digits only.</param>
    /// <param name="fingerprint">Not zero when true is returned.</param>
    /// <param name="fault">What is wrong with code or number.</param>
    public static bool TryOf(Uscc seller, string? code, string? number, out Hash256 fingerprint, out ValueFault? fault)
    {
        fault = Check(code ?? "", number ?? "");
        fingerprint = fault is null ? Keccak256.Hash(Encoding.UTF8.GetBytes($"{Version}|{seller}|{code}|{number}")) : default;
        return fault is null;
    }

    /// <exception cref="FormatException">Code or number is malformed; the message says how.</exception>
    public static Hash256 Of(Uscc seller, string? code, string? number) =>
        TryOf(seller, code, number, out var fingerprint, out var fault) ? fingerprint : throw new FormatException(fault!.English);

    private static ValueFault? Check(string code, string number)
    {
        var digital = code.Length == 0;
        if (!digital && (code.Length is not (10 or 12) || !IsDigits(code)))
        {
            return new ValueFault(
                "invoice_code_invalid",
                "An invoice code has 10 or 12 digits; a digital invoice has none.",
                "发票代码须为 10 或 12 位数字；数电票没有发票代码。");
        }

        if (number.Length == (digital ? DigitalNumberLength : NumberLength) && IsDigits(number))
        {
            return null;
        }

        return new ValueFault(
            "invoice_number_invalid",
            digital ? "A digital invoice number has 20 digits." : "An invoice number has 8 digits.",
            digital ? "数电票号码须为 20 位数字。" : "发票号码须为 8 位数字。");
    }

    private static bool IsDigits(string text) => text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}

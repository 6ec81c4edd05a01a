using System.Text.Json;
using System.Text.Json.Nodes;
using FinanceChain.Ethereum;
using FsCheck;
using FsCheck.Fluent;

namespace FinanceChain.LedgerContract.Tests;

public sealed class SignedOperationTests
{
    private static readonly LedgerDomain Domain = new(31_337, Address.Parse("0x5FbDB2315678afecb367f032d93F642f64180aa3"));

    private static readonly SignedOperation Example = new SignedIssueReceivable(
        new IssueReceivable(new PartyId(2), new PartyId(3), new Fen(100_000_00), new DateOnly(2025, 6, 30), [new Invoice(Keccak256.Hash("invoice"u8), new Fen(120_000_00))], 1_751_299_200),
        ByteString.Parse("0x0102"),
        ByteString.Parse("0x03"));

    private static readonly OpenLoan Approval = new(
        new LoanApplication(new ReceivableId(7), 1, [], new Fen(1), new Fen(2), new Bps(435), new DateOnly(2025, 6, 30), true, 1),
        new PartyId(9),
        new Fen(2),
        new Bps(400),
        Hash256.Zero,
        Hash256.Zero,
        2);

    [Test]
    public void Operation_Encoded_DecodesToTheSame() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2_000),
        Prop.ForAll(RandomOperation.Signed, signed => SignedOperation.Decode(signed.Encode()).Equals(signed)));

    [Test]
    public void Operation_InJson_ReadsBackTheSame() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1_000),
        Prop.ForAll(RandomOperation.Signed, signed =>
        {
            var json = JsonSerializer.Serialize(signed, LedgerJson.Options);
            return JsonSerializer.Deserialize<SignedOperation>(json, LedgerJson.Options)!.Equals(signed);
        }));

    [Test]
    public void Operation_TypedData_HasTheDigestOfTheStruct() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(RandomOperation.Signed, signed => Eip712.Digest(Domain.TypedData(signed.Operation)) == Domain.Digest(signed.Operation)));

    [Test]
    public void Operation_CalldataCutOrLengthened_IsRefused() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(RandomOperation.Signed, Gen.Choose(0, int.MaxValue).ToArbitrary(), (signed, at) =>
        {
            var calldata = signed.Encode();
            return Refuses(calldata[..(at % calldata.Length)]) && Refuses([.. calldata, .. new byte[32]]);
        }));

    [Test]
    public void Operation_ValueBeyondItsType_IsRefused()
    {
        var calldata = Example.Encode();
        // After the selector and three offsets, the operation's third word is amountFen: 2^53 is one more than an amount can be.
        calldata.AsSpan(4 + 5 * 32, 32).Clear();
        calldata[4 + 6 * 32 - 7] = 0x20;

        Assert.That(() => SignedOperation.Decode(calldata), Throws.TypeOf<AbiFormatException>().With.Message.Contains("9007199254740992"));
    }

    [Test]
    public void Operation_InJson_HasTheShapeOfTheApi()
    {
        var json = JsonNode.Parse(JsonSerializer.Serialize(Example, LedgerJson.Options))!;
        var expected = JsonNode.Parse("""
            {
              "kind": "issue_receivable",
              "operation": {
                "obligor": 2, "holder": 3, "amountFen": 10000000, "maturityDate": "2025-06-30",
                "invoices": [{ "fingerprint": "", "amountFen": 12000000 }], "deadline": 1751299200
              },
              "obligorSignature": "0x0102",
              "holderSignature": "0x03"
            }
            """)!;
        expected["operation"]!["invoices"]![0]!["fingerprint"] = Keccak256.Hash("invoice"u8).ToString();

        Assert.That(JsonNode.DeepEquals(json, expected), Is.True, json.ToJsonString());
    }

    [TestCase("\"kind\":\"issue_receivable\"", "\"kind\":\"grant_everything\"")]
    [TestCase("\"obligor\":2", "\"obligor\":\"2\"")]
    [TestCase("\"obligor\":2,", "")]
    [TestCase("\"obligor\":2", "\"obligor\":2,\"obligor\":4")]
    [TestCase("\"obligor\":2", "\"obligor\":2,\"status\":1")]
    [TestCase("\"obligor\":2", "\"obligor\":null")]
    [TestCase("\"invoices\":[", "\"invoices\":[null,")]
    [TestCase("\"amountFen\":10000000", "\"amountFen\":100000.00")]
    [TestCase("\"amountFen\":10000000", "\"amountFen\":9007199254740992")]
    [TestCase("\"2025-06-30\"", "\"2025-06-31\"")]
    [TestCase("\"0x0102\"", "\"0102\"")]
    [TestCase("\"0x0102\"", "\"0x012\"")]
    [TestCase("\"0x0102\"", "null")]
    public void Operation_InMalformedJson_IsRefused(string part, string replacement)
    {
        var json = JsonSerializer.Serialize(Example, LedgerJson.Options);
        Assume.That(json, Does.Contain(part));

        Assert.That(
            () => JsonSerializer.Deserialize<SignedOperation>(json.Replace(part, replacement, StringComparison.Ordinal), LedgerJson.Options),
            Throws.InstanceOf<JsonException>());
    }

    [Test]
    public void Application_OfALoan_IsWhatTheBorrowerSigns()
    {
        var required = Approval.RequiredSignatures();

        Assert.Multiple(() =>
        {
            Assert.That(required[0].Terms, Is.EqualTo(Approval.Application));
            Assert.That(required[0].Signatory, Is.EqualTo(new Signatory.OfHolder(new ReceivableId(7))));
            Assert.That(required[1].Signatory, Is.EqualTo(new Signatory.OfParty(new PartyId(9))));
            Assert.That(required[1].Right, Is.EqualTo(Rights.Approve));
            Assert.That(required.Select(item => item.Optional), Is.EqualTo(new[] { false, false, true }));
        });
    }

    [Test]
    public void SecondApproval_Missing_IsAnEmptySignature()
    {
        var one = ByteString.Parse("0x01");
        var expected = new SignedOpenLoan(Approval, one, one, ByteString.Empty);

        Assert.Multiple(() =>
        {
            Assert.That(Approval.WithSignatures([one, one]), Is.EqualTo(expected));
            Assert.That(Approval.WithSignatures([one, one, ByteString.Empty]), Is.EqualTo(expected));
            Assert.That(expected.Signatures, Is.EqualTo(new[] { one, one, ByteString.Empty }));
            Assert.That(() => Approval.WithSignatures([one]), Throws.ArgumentException);
            Assert.That(() => Approval.WithSignatures([one, one, one, one]), Throws.ArgumentException);
        });
    }

    [Test]
    public void SecondApproval_Missing_IsLeftOutOfJson()
    {
        var signed = (SignedOperation)new SignedOpenLoan(Approval, ByteString.Parse("0x01"), ByteString.Parse("0x02"));
        var json = JsonSerializer.Serialize(signed, LedgerJson.Options);
        var spelledOut = json.Replace("\"bankSignature\"", "\"secondBankSignature\":\"0x\",\"bankSignature\"", StringComparison.Ordinal);

        Assert.Multiple(() =>
        {
            Assert.That(json, Does.Not.Contain("secondBankSignature"));
            Assert.That(JsonSerializer.Deserialize<SignedOperation>(json, LedgerJson.Options), Is.EqualTo(signed));
            Assert.That(JsonSerializer.Deserialize<SignedOperation>(spelledOut, LedgerJson.Options), Is.EqualTo(signed));
        });
    }

    [Test]
    public void SecondApproval_SignedByAll_IsTakenWhereASignerIsGiven()
    {
        var (borrower, maker, second) = (Secp256k1Key.Create(), Secp256k1Key.Create(), Secp256k1Key.Create());

        Assert.Multiple(() =>
        {
            Assert.That(Domain.SignAll(Approval, borrower, maker).Signatures[2].Length, Is.Zero);
            Assert.That(Domain.SignAll(Approval, borrower, maker, second).Signatures[2], Is.EqualTo(Domain.Sign(Approval, second)));
            Assert.That(() => Domain.SignAll(Approval, borrower), Throws.ArgumentException);
            Assert.That(() => Domain.SignAll(Approval, borrower, maker, second, second), Throws.ArgumentException);
        });
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Operation_WithAWrongNumberOfSignatures_IsNotMade(int count) => Assert.That(
        () => Example.Operation.WithSignatures([.. Enumerable.Repeat(ByteString.Empty, count)]), Throws.ArgumentException);

    private static bool Refuses(byte[] calldata)
    {
        try
        {
            SignedOperation.Decode(calldata);
            return false;
        }
        catch (AbiFormatException)
        {
            return true;
        }
    }
}

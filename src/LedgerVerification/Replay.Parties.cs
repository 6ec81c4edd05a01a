using FinanceChain.LedgerContract;

namespace FinanceChain.LedgerVerification;

internal sealed partial class Replay
{
    private bool ApplyToParties(LedgerEvent happened)
    {
        switch (happened)
        {
            case PartyRegistered e:
                Parties[e.Party.Value] = new Row
                {
                    ["party_id"] = e.Party.Value,
                    ["kind"] = e.Kind,
                    ["region_code"] = e.RegionCode.Value,
                    ["industry"] = e.Industry.ToString(),
                    ["profile_hash"] = e.ProfileHash.ToArray(),
                    ["standing"] = 1,
                    ["standing_reason"] = null,
                    ["standing_at"] = _time,
                    ["revision"] = 0,
                    ["standing_revision"] = 0,
                    ["registered_block"] = _block,
                    ["registered_at"] = _time,
                };
                foreach (var grant in e.Signers)
                {
                    AddSigner(e.Party, grant.Signer.Keccak().ToArray(), grant.Signer.ToArray(), grant.Rights);
                }

                return true;
            case StandingSet e:
                var party = Parties[e.Party.Value];
                party["standing"] = e.Standing;
                party["standing_reason"] = e.ReasonHash.ToArray();
                party["standing_at"] = _time;
                party.Add("standing_revision", 1);
                return true;
            case SignerAdded e:
                AddSigner(e.Party, e.Signer.Keccak().ToArray(), e.Signer.ToArray(), e.Rights);
                return true;
            case SignerRemoved e:
                List("signer").Single(row => e.SignerId.ToArray().SequenceEqual((byte[])row["signer_id"]!))["removed_block"] = _block;
                return true;
            case ParametersProposed e:
                Parties[PartyId.Operator.Value].Add("revision", 1);
                AddParameters(e.Parameters, adopted: false);
                return true;
            case ParametersAdopted e:
                AddParameters(e.Parameters, adopted: true);
                return true;
            default:
                return ApplyToRecoveries(happened) || ApplyToPolicies(happened);
        }
    }

    private bool ApplyToRecoveries(LedgerEvent happened)
    {
        switch (happened)
        {
            case RecoveryProposed e:
                Parties[e.Party.Value].Add("standing_revision", 1);
                List("signer_recovery").Add(Placed(new Row
                {
                    ["party_id"] = e.Party.Value,
                    ["signer_id"] = e.SignerId.ToArray(),
                    ["signer"] = e.Signer.ToArray(),
                    ["rights"] = e.Rights,
                    ["ready_date"] = e.ReadyDate,
                    ["status"] = 1,
                    ["ended_block"] = null,
                }));
                return true;
            case RecoveryVetoed e:
                EndRecovery(e.Party, status: 2);
                return true;
            case RecoveryCompleted e:
                var ended = EndRecovery(e.Party, status: 3);
                AddSigner(e.Party, (byte[])ended["signer_id"]!, (byte[])ended["signer"]!, (Rights)ended["rights"]!);
                return true;
            default:
                return false;
        }
    }

    private bool ApplyToPolicies(LedgerEvent happened)
    {
        switch (happened)
        {
            case LendingPolicySet e:
                Parties[e.Bank.Value].Add("revision", 1);
                List("lending_policy").RemoveAll(row => row.Number("bank") == e.Bank.Value);
                List("lending_policy").Add(new Row
                {
                    ["bank"] = e.Bank.Value,
                    ["dual_approval_fen"] = e.DualApprovalFen.Value,
                    ["obligor_limit_fen"] = e.ObligorLimitFen.Value,
                    ["borrower_limit_fen"] = e.BorrowerLimitFen.Value,
                    ["set_block"] = _block,
                    ["set_at"] = _time,
                });
                return true;
            case CreditLimitSet e:
                var line = List("credit_line").Find(row => (row.Number("bank"), row.Number("party_id"), row.Number("side")) == (e.Bank.Value, e.Party.Value, (long)e.Side));
                if (line is null)
                {
                    line = new Row { ["bank"] = e.Bank.Value, ["party_id"] = e.Party.Value, ["side"] = e.Side, ["used_fen"] = 0, ["revision"] = 0 };
                    List("credit_line").Add(line);
                }

                line["limit_fen"] = e.LimitFen.Value;
                line.Add("revision", 1);
                return true;
            case ModelActivated e:
                Parties[e.Bank.Value].Add("revision", 1);
                List("credit_model").Add(Timed(new Row
                {
                    ["bank"] = e.Bank.Value, ["model_hash"] = e.ModelHash.ToArray(), ["from_date"] = e.FromDate, ["until_date"] = e.UntilDate,
                }));
                return true;
            default:
                return false;
        }
    }

    private void AddSigner(PartyId party, byte[] id, byte[] signer, Rights rights) => List("signer").Add(new Row
    {
        ["party_id"] = party.Value,
        ["signer_id"] = id,
        ["signer"] = signer,
        ["rights"] = rights,
        ["added_block"] = _block,
        ["removed_block"] = null,
    });

    private Row EndRecovery(PartyId party, int status)
    {
        var pending = List("signer_recovery").Single(row => row.Number("party_id") == party.Value && row.Number("status") == 1);
        pending["status"] = status;
        pending["ended_block"] = _block;
        return pending;
    }

    private void AddParameters(Parameters rules, bool adopted) => List("parameters").Add(Placed(new Row
    {
        ["adopted"] = adopted,
        ["start_date"] = rules.StartDate,
        ["max_tenor_days"] = rules.MaxTenorDays,
        ["max_reviewed_tenor_days"] = rules.MaxReviewedTenorDays,
        ["max_split_depth"] = rules.MaxSplitDepth,
        ["max_splits"] = rules.MaxSplits,
        ["max_invoices"] = rules.MaxInvoices,
        ["recovery_delay_days"] = rules.RecoveryDelayDays,
        ["notice_days"] = rules.NoticeDays,
        ["max_extension_days"] = rules.MaxExtensionDays,
        ["approval_days"] = rules.ApprovalDays,
    }));
}

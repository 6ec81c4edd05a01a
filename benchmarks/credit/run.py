#!/usr/bin/env python3
"""Measures ./financechain credit beside scikit-learn on the same folds, in one run, and writes report.md.

Needs Debian's python3-sklearn and python3-pandas, and the evaluation data beside the repository (or --data FOLDER).
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

# One thread: on a busy machine OpenMP's threads wait for each other by spinning.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LINES = []
FOLDS, REPEATS = 10, 5
NESTED = False
TOOL = ROOT / "src/Cli/bin/Release/net10.0/financechain.dll"


def say(line=""):
    print(line, flush=True)
    LINES.append(line)


def credit(*words):
    """Runs one credit command. The script of the repository builds first; a built tool is called directly to measure time without it."""
    tool = TOOL
    command = ["dotnet", str(tool)] if tool.exists() else [str(ROOT / "financechain")]
    done = subprocess.run([*command, "credit", *map(str, words)], capture_output=True, text=True)
    if done.returncode not in (0, 3, 4):
        sys.exit(f"financechain credit {words[0]}: {done.stderr or done.stdout}")
    return done.stdout


def schema(label, features, positive="1"):
    return {"title": "benchmark", "label": label, "positive": positive, "features": features}


def violations(model):
    """An exhaustive check that shares no code with the product: every bin and every cell of every constrained term."""
    count = checks = 0
    wrong = {"RiskRises": lambda d: d > 0, "RiskFalls": lambda d: d < 0, "Any": lambda d: False}
    for name in ("champion", "scorecard"):
        m = model[name]
        for f in m["features"]:
            known = f["points"][: len(f["points"]) - len(f["specials"]) - 1]
            steps = np.diff(known)
            count += sum(wrong[f["direction"]](d) for d in steps) + sum(p > f["neutral"] for p in f["points"][len(known):])
            checks += len(f["points"])
        for p in m["pairs"]:
            cells = np.array(p["points"]).reshape(-1, p["columns"])
            for axis, index in ((0, p["first"]), (1, p["second"])):
                test = wrong[m["features"][index]["direction"]]
                count += sum(test(d) for d in np.diff(cells, axis=axis).ravel())
                checks += cells.size
            count += p["unknown"] > p["neutral"]
    return count, checks


def design(train, test):
    """Numbers as they are, levels as codes known from training."""
    a, b = train.copy(), test.copy()
    for c in a.columns:
        if a[c].dtype == object:
            levels = {v: i for i, v in enumerate(sorted(a[c].dropna().unique()))}
            a[c], b[c] = a[c].map(levels), b[c].map(levels)
    return a.to_numpy(float), b.to_numpy(float)


def logistic(x, y, z):
    missing = np.isnan(x).any(axis=0)
    middle = np.nanmedian(x, axis=0)
    change = QuantileTransformer(n_quantiles=min(200, len(x)), output_distribution="normal")

    def make(v, fit):
        filled = np.where(np.isnan(v), middle, v)
        return np.hstack([change.fit_transform(filled) if fit else change.transform(filled), np.isnan(v)[:, missing]])

    first = make(x, True)
    return make_pipeline(LogisticRegression(C=1, max_iter=500)).fit(first, y).decision_function(make(z, False))


def boosting(x, y, z):
    return HistGradientBoostingClassifier(learning_rate=0.05, max_iter=300, random_state=0).fit(x, y).predict_proba(z)[:, 1]


def measure(frame, label, features, splits, folder):
    """Trains on each split with nested choice inside, scores the rest. Returns AUCs by model, out-of-fold PDs, violations, seconds."""
    names = list(features)
    (folder / "schema.json").write_text(json.dumps(schema(label, features)))
    aucs = {"champion": [], "scorecard": [], "scikit-learn histogram boosting": [], "scikit-learn logistic, quantile-normal": []}
    pds = {k: np.full(len(frame), np.nan) for k in ("champion", "scorecard")}
    broken = checked = 0
    seconds = []
    y = frame[label].to_numpy()
    for train, test in splits:
        frame.iloc[train].to_csv(folder / "train.csv", index=False)
        frame.iloc[test].drop(columns=label).to_csv(folder / "test.csv", index=False)
        start = time.time()
        credit("train", "--data", folder / "train.csv", "--schema", folder / "schema.json", "--seed", 1, "--out", folder / "model.json")
        seconds.append(time.time() - start)
        b, c = violations(json.loads((folder / "model.json").read_text()))
        broken, checked = broken + b, checked + c
        for kind in ("champion", "scorecard"):
            extra = ["--scorecard"] if kind == "scorecard" else []
            credit("score", "--model", folder / "model.json", "--data", folder / "test.csv", "--out", folder / "scores.csv", *extra)
            scores = pd.read_csv(folder / "scores.csv")
            pds[kind][test] = scores.pd
            aucs[kind].append(roc_auc_score(y[test], -scores.points if kind == "scorecard" else scores.pd))
        x, z = design(frame.iloc[train][names], frame.iloc[test][names])
        aucs["scikit-learn histogram boosting"].append(roc_auc_score(y[test], boosting(x, y[train], z)))
        aucs["scikit-learn logistic, quantile-normal"].append(roc_auc_score(y[test], logistic(x, y[train], z)))
    return aucs, pds, (broken, checked), seconds


def table(aucs):
    say("| model | mean AUC | sd over splits |")
    say("|---|---|---|")
    for name, values in aucs.items():
        say(f"| {name} | {np.mean(values):.4f} | {np.std(values):.4f} |")


def calibration(pd_, y):
    order = np.argsort(pd_, kind="stable")
    groups = np.array_split(order, 10)
    statistic = sum((y[g].sum() - pd_[g].sum()) ** 2 / (pd_[g].sum() * (1 - pd_[g].mean())) for g in groups)
    half = statistic / 2
    p = np.exp(-half) * sum(half**k / np.prod(range(1, k + 1)) for k in range(5))
    # Both usual definitions, each beside what the same PDs would show if outcomes were drawn from them.
    width = [g for g in (np.flatnonzero(np.minimum(9, (pd_ * 10).astype(int)) == i) for i in range(10)) if len(g)]
    chance = np.random.default_rng(0)
    drawn = [chance.random(len(y)) < pd_ for _ in range(500)]
    error = lambda cells, outcome: sum(abs(outcome[g].sum() - pd_[g].sum()) for g in cells) / len(y)
    return p, *((error(cells, y), np.mean([error(cells, d) for d in drawn])) for cells in (groups, width))


def polish(data, folder):
    frame = pd.read_csv(data / "polish/bankruptcy-one-year-ahead.csv")
    features = {c: "auto" for c in frame.columns if c != "class"}
    y = frame["class"].to_numpy()
    splits = list(StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(frame, y))
    aucs, pds, (broken, checked), seconds = measure(frame, "class", features, splits, folder)
    say(f"## Polish file, {len(frame)} rows, {int(y.sum())} bankrupt, {FOLDS} fixed folds, all directions `auto`")
    table(aucs)
    say()
    for kind, values in pds.items():
        p, (equal, equal_chance), (width, width_chance) = calibration(values, y)
        say(f"- {kind}, out of fold: Hosmer-Lemeshow p {p:.3f} (10 degrees of freedom); expected calibration error {equal:.4f} over ten equal groups (by chance alone {equal_chance:.4f}), "
            f"{width:.4f} over ten equal ranges of PD (by chance alone {width_chance:.4f})")
    say("- by chance alone: mean over 500 draws of outcomes from these very PDs, that is what a perfectly calibrated model would show on as many rows")
    say(f"- monotonicity and missing-value violations: {broken} in {checked} bins and cells of {2 * len(splits)} models")
    say(f"- training: {np.mean(seconds):.1f} s on average, {max(seconds):.1f} s at most (this machine, with what else it did)")
    frame.to_csv(folder / "train.csv", index=False)
    say("- " + credit("benchmark", "--model", folder / "model.json", "--data", folder / "train.csv").strip())
    if not NESTED:
        say()
        return
    say("\nThe product's own nested validation, with the challenger (other folds, equal rows kept together):\n")
    say("```\n" + credit("validate", "--data", folder / "train.csv", "--schema", folder / "schema.json", "--seed", 1).strip() + "\n```\n")


def sba(data, folder):
    frame = pd.read_csv(data / "sba/loans.csv", dtype={"NAICS": str, "UrbanRural": str, "NewExist": str})
    # RealEstate is "Term of at least 240 months", Recession is reckoned from disbursement and daysterm: both know the term that the loan turned out to have.
    paper = {c: "auto" for c in ("RealEstate", "New", "Portion", "Recession", "DisbursementGross")}
    clean = {**{c: "auto" for c in ("New", "Portion", "NoEmp", "CreateJob", "RetainedJob", "GrAppv")},
             **{c: {"kind": "categorical", "direction": "any"} for c in ("NAICS", "UrbanRural", "RevLineCr", "LowDoc", "BankState")}}
    sets = {"the paper's five variables": paper,
            "the paper's five without the two that know the term": {c: "auto" for c in ("New", "Portion", "DisbursementGross")},
            "known at approval, without the year": clean,
            "known at approval, with the fiscal year": {**clean, "ApprovalFY": "auto"}}
    splits = list(StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(frame, frame["Default"]))
    for title, features in sets.items():
        aucs, *_ = measure(frame, "Default", features, splits, folder)
        say(f"## SBA, the training half of the paper's split, {len(frame)} rows, {FOLDS} folds, {title}")
        table(aucs)
        say()
    marks = sorted(set(frame["Selected"].dropna().astype(int)))
    say("Which columns stand in `known at approval`, and why none of them leaks:\n")
    say("| column | known when |\n|---|---|")
    for columns, why in (
        ("NoEmp, CreateJob, RetainedJob, New", "stated by the borrower in the application"),
        ("GrAppv, Portion", "fixed by the approval: the amount, and the share of it that is guaranteed"),
        ("RevLineCr, LowDoc", "the programme under which the loan is approved"),
        ("NAICS, UrbanRural, BankState", "who and where borrower and bank are")):
        say(f"| {columns} | {why} |")
    say("\n| left out | why |\n|---|---|")
    for columns, why in (
        ("Term, daysterm, xx", "the term that the loan turned out to have: a default cuts it short"),
        ("RealEstate, Recession", "reckoned from those: `Term` of 240 months or more; a recession between disbursement and end"),
        ("DisbursementGross, DisbursementDate", "known only after the approval, and a revolving line is drawn while it goes well"),
        ("ChgOffDate, ChgOffPrinGr, BalanceGross, MIS_Status", "the outcome itself"),
        ("ApprovalFY, ApprovalDate", "known, but they rank by vintage (loans of 2006 to 2008 failed, the youngest had no time to), which helps on no loan of another time; a row of their own above"),
        ("names, numbers, City, State, Zip, Bank, FranchiseCode, Selected", "identifiers, or hundreds of levels over a thousand rows")):
        say(f"| {columns} | {why} |")
    say(f"\n`Selected` marks the paper's split; the file at hand holds only rows with {', '.join(map(str, marks))}, so its other half cannot be tested here, and these folds train on fewer rows than the paper does.\n")


def payment_history(raw):
    """What is known of a customer on the day of an invoice. The list was chosen by time-ordered validation inside the first 70 % with a logistic regression."""
    rows = []
    for now in raw.itertuples():
        past = raw[(raw.customerID == now.customerID) & (raw.InvoiceDate < now.InvoiceDate)]
        settled, open_ = past[past.SettledDate < now.InvoiceDate].sort_values(["SettledDate", "invoiceNumber"]), past[past.SettledDate >= now.InvoiceDate]
        late, overdue = settled.DaysLate > 0, int((open_.DueDate < now.InvoiceDate).sum())
        book = raw[raw.SettledDate < now.InvoiceDate]
        rate, days, days_late = ((book.DaysLate > 0).mean(), book.DaysToSettle.mean(), book.DaysLate.mean()) if len(book) > 20 else (np.nan,) * 3
        recent = 0.9 ** np.arange(len(settled))[::-1]
        rows.append({
            "settled": len(settled),
            # Few invoices say little: two of the whole book are added to them. One that is open and overdue is late already.
            "late_share": (late.sum() + overdue + 2 * rate) / (len(settled) + overdue + 2), "recent_late": ((recent * late).sum() + 2 * rate) / (recent.sum() + 2),
            "days_to_settle": (settled.DaysToSettle.sum() + days) / (len(settled) + 1), "days_late": (settled.DaysLate.sum() + 2 * days_late) / (len(settled) + 2),
            "last_days_to_settle": settled.DaysToSettle.iloc[-1] if len(settled) else np.nan, "open": len(open_), "overdue": overdue,
            "amount": now.InvoiceAmount, "relative_amount": now.InvoiceAmount / past.InvoiceAmount.mean() if len(past) else np.nan,
            "paperless": int(now.PaperlessDate <= now.InvoiceDate), "country": str(now.countryCode), "late": int(now.DaysLate > 0)})
    return pd.DataFrame(rows)


def ar(data, folder):
    raw = pd.read_csv(data / "ar/invoices.csv")
    for c in ("InvoiceDate", "DueDate", "SettledDate", "PaperlessDate"):
        raw[c] = pd.to_datetime(raw[c], format="%m/%d/%Y")
    raw = raw.sort_values(["InvoiceDate", "invoiceNumber"]).reset_index(drop=True)
    frame = payment_history(raw)
    features = {c: ({"kind": "categorical"} if c == "country" else "auto") for c in frame.columns if c != "late"}
    # The outcome of an invoice may only be learnt from if it was known by the day of the cut.
    split = lambda start, end: (np.flatnonzero(raw.SettledDate < raw.InvoiceDate.iloc[start]), np.arange(start, end))
    cut = int(0.7 * len(frame))
    # No model: it is told how the customer paid all its other invoices, the later ones too. It shows how much a split has to give.
    others = raw.groupby("customerID").DaysToSettle
    told = ((others.transform("sum") - raw.DaysToSettle) / (others.transform("count") - 1)).to_numpy()
    splits = {f"first {cut} invoices train, the other {len(frame) - cut} test": [split(cut, len(frame))],
              "four earlier cuts inside the training part, the next 181 invoices test": [split(int(s * cut), int((s + 0.15) * cut)) for s in (0.4, 0.55, 0.7, 0.85)]}
    for title, parts in splits.items():
        aucs, *_ = measure(frame, "late", features, parts, folder)
        aucs["no model: told the customer's mean days over all its other invoices, later ones too"] = [roc_auc_score(frame.late.to_numpy()[t], told[t]) for _, t in parts]
        say(f"## AR, {len(frame)} invoices in the order of their dates, features strictly as of the invoice date: {title} (of the training rows those settled by the cut)")
        table(aucs)
        say()


def cumcm(data, folder):
    credit("features", "--sales", data / "cumcm/sales-invoices.csv.gz", "--purchases", data / "cumcm/purchase-invoices.csv.gz", "--as-of", "2019-12-31", "--out", folder / "features.csv")
    frame = pd.read_csv(folder / "features.csv").merge(pd.read_csv(data / "cumcm/enterprises.csv"), left_on="id", right_on="企业代号")
    frame["defaulted"] = (frame["是否违约"] == "是").astype(int)
    frame = frame.drop(columns=["id", "企业代号", "企业名称", "信誉评级", "是否违约"])
    # Directions of the schema that ships with the product: declared for economic reasons; the two that it leaves out stay auto.
    declared = json.loads((ROOT / "src/CreditTraining/Synthetic/cluster.schema.json").read_text())["features"]
    features = {c: declared.get(c, "auto") for c in frame.columns if c != "defaulted"}
    splits = list(RepeatedStratifiedKFold(n_splits=5, n_repeats=REPEATS, random_state=1).split(frame, frame["defaulted"]))
    aucs, *_ = measure(frame, "defaulted", features, splits, folder)
    aucs["size alone (median monthly sales)"] = [roc_auc_score(frame["defaulted"].to_numpy()[t], -frame["sales_log_monthly_median"].to_numpy()[t]) for _, t in splits]
    say(f"## CUMCM, {len(frame)} enterprises, {int(frame.defaulted.sum())} defaults, {REPEATS} × 5 folds, invoices up to 2019-12-31 by `credit features`, directions of the shipped cluster schema, the bank's rating unused")
    table(aucs)
    repeats = np.array(aucs["champion"]).reshape(REPEATS, 5).mean(axis=1)
    ahead = np.array(aucs["champion"]) - np.array(aucs["size alone (median monthly sales)"])
    say(f"\nchampion less size alone, on the same splits: {ahead.mean():+.3f} on average, ahead or level in {(ahead >= 0).sum()} of {len(ahead)}")
    half = 2 * np.std(aucs["champion"]) / np.sqrt(len(aucs["champion"]))
    say(f"\nchampion: means of the repeats {', '.join(f'{r:.3f}' for r in repeats)}; interval of the mean over splits {np.mean(repeats) - half:.3f} to {np.mean(repeats) + half:.3f} "
        "(splits share rows, so the true interval is wider)\n")


def main():
    global TOOL, NESTED, FOLDS, REPEATS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=["polish", "sba", "ar", "cumcm"])
    parser.add_argument("--data", type=pathlib.Path, default=ROOT.parent / "shared/data")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "report.md")
    parser.add_argument("--tool", type=pathlib.Path, default=HERE / "../../src/Cli/bin/Release/net10.0/financechain.dll", help="a built financechain.dll; without one the script of the repository builds it")
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of the five folds of CUMCM")
    parser.add_argument("--nested", action="store_true", help="also the product's own nested validation of the Polish file, with the challenger")
    arguments = parser.parse_args()
    TOOL, NESTED, FOLDS, REPEATS = arguments.tool, arguments.nested, arguments.folds, arguments.repeats
    if not arguments.data.exists():
        sys.exit("The evaluation data are not there: put a copy of shared/ beside the repository, or name the folder with --data.")
    say("# Credit models measured\n")
    say("Written by `benchmarks/credit/run.py" + (" " + " ".join(arguments.sets) if len(arguments.sets) < 4 else "") + "`. Every model below is trained and judged on the same splits, in this one run. Settings, directions, "
        "pairs and calibration are found inside each training part.\n")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.sets:
            {"polish": polish, "sba": sba, "ar": ar, "cumcm": cumcm}[name](arguments.data, pathlib.Path(folder))
    arguments.out.write_text("\n".join(LINES) + "\n")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Holds verdict's before and after against SciPy and statsmodels on random pairs of windows.

    compare.py PROGRAM [--pairs 1000] [--seed 1]

PROGRAM is the example `effect` of the crate verdict. What is held:

- Amounts (Hodges and Lehmann). The shift is numpy's median of all differences, to 1e-9. The interval is checked in two ways:
  its ends are the order statistics that a distribution of U counted out in whole numbers gives (Gaussian binomials; another way
  than ours), to 1e-9; and where no two values are the same, SciPy's exact test of Mann and Whitney does not reject a shift just
  inside an end and rejects one just outside, at 5 %. Beyond fifty a side both sides use the normal distribution with the
  correction for continuity (SciPy: method="asymptotic"), where an end is one of the pairs next to SciPy's own.
- Shares (Newcombe). statsmodels' confint_proportions_2indep(method="newcomb"), to 1e-9. It clips nothing; neither do we.
- Events (exact ratio of two Poisson rates). SciPy's exact binomial interval of Clopper and Pearson, as odds, to 1e-7 of the value;
  and statsmodels' test_poisson_2indep(method="exact-cond") rejects just outside an end and not just inside.

Where definitions differ: statsmodels' two-sided exact-cond adds up the less likely outcomes of both tails, so the test of one tail is
taken, at 2.5 %, which is what Clopper and Pearson invert. With ties SciPy's exact test is not exact; then only the first check is made.
"""

import argparse
import json
import math
import random
import subprocess
import sys

import numpy
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import test_poisson_2indep

faults = []
checks = {}


def near(what, ours, theirs, tolerance, pair):
    checks[what] = checks.get(what, 0) + 1
    if ours is None or not abs(ours - theirs) <= tolerance * max(1.0, abs(theirs)):
        faults.append(f"{what}: ours {ours}, theirs {theirs}: {json.dumps(pair)[:300]}")


def holds(what, condition, pair, told=""):
    checks[what] = checks.get(what, 0) + 1
    if not condition:
        faults.append(f"{what}{told}: {json.dumps(pair)[:300]}")


def amounts(rng):
    size = lambda: rng.choice([rng.randint(5, 12), rng.randint(5, 30), rng.randint(20, 50), rng.randint(45, 70)])
    m, n = size(), size()
    kind = rng.choice(["normal", "log", "rounded", "few"])
    draw = {
        "normal": lambda: rng.gauss(50, 10),
        "log": lambda: rng.lognormvariate(1, 0.8),
        "rounded": lambda: round(rng.gauss(50, 4), 0),
        "few": lambda: float(rng.randint(0, 3)),
    }[kind]
    shift = rng.choice([0.0, 1.0, -5.0, 15.0])
    return {"kind": "amounts", "before": [draw() for _ in range(m)], "after": [draw() + shift for _ in range(n)]}


def shares(rng):
    def one():
        n = rng.choice([rng.randint(5, 20), rng.randint(20, 200), rng.randint(200, 5000)])
        k = rng.choice([0, n, rng.randint(0, n), sum(rng.random() < 0.07 for _ in range(n))])
        return [k, n]
    return {"kind": "shares", "before": one(), "after": one()}


def events(rng):
    def one():
        return [rng.choice([rng.randint(0, 3), rng.randint(0, 40), rng.randint(0, 2000)]), rng.choice([12.0, rng.uniform(0.5, 5000)])]
    pair = {"kind": "events", "before": one(), "after": one()}
    return pair if pair["before"][0] + pair["after"][0] else events(rng)


counted_out = {}


def orders(m, n):
    """How many of the C(m+n, m) orders have each U, in whole numbers: product of (1 - q^(n+i)) / (1 - q^i)."""
    if (m, n) not in counted_out:
        size = m * n + 1
        row = [1] + [0] * (size - 1)
        for i in range(1, m + 1):
            for u in range(size - 1, n + i - 1, -1):
                row[u] -= row[u - n - i]
            for u in range(i, size):
                row[u] += row[u - i]
        counted_out[(m, n)] = row
    return counted_out[(m, n)]


def cut(m, n):
    if max(m, n) > 50:
        mean, sigma = m * n / 2, math.sqrt(m * n * (m + n + 1) / 12)
        return max(1, math.floor(mean - stats.norm.ppf(0.975) * sigma + 0.5))
    total, below = math.comb(m + n, m), 0
    for u, ways in enumerate(orders(m, n)):
        below += ways
        if 40 * below > total:
            return max(1, u)
    raise AssertionError


def check_amounts(pair, found):
    before, after = numpy.array(pair["before"]), numpy.array(pair["after"])
    all_differences = numpy.sort(numpy.subtract.outer(after, before).ravel())
    near("amounts: shift", found["effect"], float(numpy.median(all_differences)), 1e-9, pair)
    near("amounts: median before", found["before"]["figure"], float(numpy.median(before)), 1e-9, pair)
    k = cut(len(before), len(after))
    lower, upper = found["interval"]["lower"], found["interval"]["upper"]
    near("amounts: lower end", lower, float(all_differences[k - 1]), 1e-9, pair)
    near("amounts: upper end", upper, float(all_differences[-k]), 1e-9, pair)
    if len(set(all_differences.tolist())) < len(all_differences):
        return
    # A step smaller than the distance of any two differences.
    step = float(numpy.min(numpy.diff(all_differences))) / 4
    if step < 1e-9:
        return
    method = "exact" if max(len(before), len(after)) <= 50 else "asymptotic"
    p = lambda shift: stats.mannwhitneyu(after - shift, before, method=method).pvalue
    inside = "amounts: SciPy does not reject inside"
    outside = "amounts: SciPy rejects outside"
    holds(inside, p(lower + step) > 0.05 - 1e-9 and p(upper - step) > 0.05 - 1e-9, pair, f" {p(lower + step)}")
    holds(outside, p(lower - step) <= 0.05 + 1e-9 and p(upper + step) <= 0.05 + 1e-9, pair, f" {p(lower - step)}")


def check_shares(pair, found):
    (k1, n1), (k2, n2) = pair["before"], pair["after"]
    near("shares: difference", found["effect"], k2 / n2 - k1 / n1, 1e-12, pair)
    low, high = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff", alpha=0.05, correction=False)
    near("shares: lower end", found["interval"]["lower"], low, 1e-9, pair)
    near("shares: upper end", found["interval"]["upper"], high, 1e-9, pair)


def check_events(pair, found):
    (c1, t1), (c2, t2) = pair["before"], pair["after"]
    ends = stats.binomtest(c2, c1 + c2).proportion_ci(0.95, "exact")
    odds = lambda p: p / (1 - p) * t1 / t2
    near("events: lower end", found["interval"]["lower"], odds(ends.low), 1e-7, pair)
    if ends.high < 1:
        near("events: upper end", found["interval"]["upper"], odds(ends.high), 1e-7, pair)
    else:
        holds("events: no upper end", found["interval"]["upper"] is None, pair)
    if c1:
        near("events: ratio", found["effect"], c2 / t2 / (c1 / t1), 1e-12, pair)
    else:
        holds("events: no ratio", found["effect"] is None, pair)
    one = lambda ratio, side: test_poisson_2indep(
        c2, t2, c1, t1, value=ratio, method="exact-cond", compare="ratio", alternative=side
    ).pvalue
    lower, upper = found["interval"]["lower"], found["interval"]["upper"]
    if lower > 0:
        holds("events: statsmodels at the lower end", one(lower * 0.999999, "larger") <= 0.025 + 1e-9 < one(lower * 1.00001, "larger") + 1e-8, pair)
    if upper:
        holds("events: statsmodels at the upper end", one(upper * 1.000001, "smaller") <= 0.025 + 1e-9 < one(upper * 0.99999, "smaller") + 1e-8, pair)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    pairs = [make(rng) for make in (amounts, shares, events) for _ in range(options.pairs)]
    lines = "".join(json.dumps(pair) + "\n" for pair in pairs)
    answer = subprocess.run([options.program], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(answer) == len(pairs), f"{len(answer)} answers to {len(pairs)} pairs"
    check = {"amounts": check_amounts, "shares": check_shares, "events": check_events}
    for pair, line in zip(pairs, answer):
        check[pair["kind"]](pair, json.loads(line))
    for what, n in sorted(checks.items()):
        print(f"{n:5d}  {what}")
    print(f"{options.pairs} pairs of each kind, seed {options.seed}: {len(faults)} faults")
    for fault in faults[:20]:
        print(fault)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

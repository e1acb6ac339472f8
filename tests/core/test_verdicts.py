import json

import numpy as np
import pytest
from markdown_it import MarkdownIt
from simulated_trials import World, rows

from fracorr import ConfigurationError, markdown, verdict
from fracorr.statistics import Estimate
from fracorr.verdict_markdown import to_markdown
from fracorr.verdicts import Rule


def table(rate, seed=0, kernels=20, scenes=20):
    return np.random.default_rng(seed).random((kernels, scenes)) < rate


def judged(hits, **options):
    return verdict(rows(hits), **options)


@pytest.mark.parametrize(
    ("difference", "p", "decision"),
    [
        (Estimate(0.10, 0.02, 0.18), 0.01, "supported"),
        (Estimate(0.10, 0.02, 0.18), 0.06, "undecided"),  # does not stand against the others of the family
        (Estimate(0.10, -0.01, 0.21), 0.01, "undecided"),
        (Estimate(0.04, 0.01, 0.07), 0.01, "undecided"),  # there, but perhaps too small to be of interest
        (Estimate(0.03, 0.01, 0.049), 0.01, "not supported"),  # there, and too small for sure
        (Estimate(0.00, -0.04, 0.04), 1.0, "not supported"),
        (Estimate(-0.2, -0.3, -0.1), 0.001, "not supported"),
        (Estimate(0.0, -1.0, 1.0), 1.0, "undecided"),
    ],
)
def test_the_rules(difference, p, decision):
    assert Rule(smallest=0.05, level=0.95).decide(difference, p) == decision


@pytest.mark.parametrize("options", [{"smallest": 0}, {"smallest": 1.5}, {"level": 0}, {"level": 1}])
def test_rules_that_make_no_sense(options):
    with pytest.raises(ConfigurationError, match="between 0 and 1"):
        Rule(**options)


def test_a_clear_advantage_is_supported_and_said_in_words():
    plain = table(0.2)
    found = judged({"none": plain, "fractal": plain | table(0.4, 1)})
    (claim,) = found.claims
    rate, base = (100 * found.comparison.pooled[0].rate.value, 100 * plain.mean())
    assert claim.decision == "supported"
    assert found.sentence.startswith(
        f"On 20 kernels × 20 scenes, 'fractal' hits {rate:.1f} % against {base:.1f} % of 'none' by m (difference "
        f"+{rate - base:.1f} points, 95 % interval +"
    )
    assert found.sentence.endswith("; chance 5.0 %): supported; explained by chance: no.")


def test_a_disadvantage_is_not_supported_and_needs_no_explanation():
    plain = table(0.5)
    found = judged({"none": plain, "fractal": plain & table(0.5, 1), "fractal+silhouette": plain}, compared=["fractal"])
    assert found.claims[0].decision == "not supported"
    assert found.claims[0].by_chance == "nothing to explain"
    assert found.sentence.endswith("): not supported.")
    assert "−" in found.sentence


def test_few_trials_leave_it_undecided():
    found = judged({"none": table(0.4, 0, 3, 3), "fractal": table(0.4, 1, 3, 3)})
    assert found.claims[0].decision == "undecided"


SILHOUETTE = {"its silhouette": ["*silhouette"]}


def test_the_silhouette_explains_what_it_does_as_well():
    plain = table(0.2)
    fractal = plain | table(0.4, 1)
    same = judged({"none": plain, "fractal": fractal, "fractal+silhouette": fractal}, controls=SILHOUETTE)
    assert same.sentence.endswith("supported; explained by chance: no; explained by its silhouette: yes.")
    worse = judged({"none": plain, "fractal": fractal, "fractal+silhouette": plain}, controls=SILHOUETTE)
    assert worse.sentence.endswith("supported; explained by chance: no; explained by its silhouette: no.")
    untested = judged({"none": plain, "fractal": fractal}, controls=SILHOUETTE)
    assert untested.sentence.endswith("explained by its silhouette: not tested.")
    assert untested.claims[0].not_tested == ("its silhouette",)


def test_a_surface_that_is_smaller_explains_by_chance():
    plain = table(0.2)
    fractal = plain | table(0.25, 1)
    gained = float(fractal.mean() - plain.mean())
    trials = rows({"none": plain}, chance=0.2) + rows({"fractal": fractal}, chance=0.2 + gained)
    (claim,) = verdict(trials, smallest=0.1).claims
    assert (claim.decision, claim.by_chance) == ("supported", "yes")


def test_a_control_made_of_one_fractal_is_held_against_that_one():
    plain, better = table(0.2), table(0.7, 1)
    hits = {
        "none": plain,
        "ifs": better,
        "ifs+droste": better,
        "ifs+silhouette": plain,
        "ifs+droste+silhouette": plain,
        "noise+ifs": plain,
        "disc": plain,
    }
    controls = {"silhouette": ["*silhouette"], "noise": ["noise*"], "disc": ["disc"]}
    found = judged(hits, controls=controls)
    held = {
        claim.contrast.compared: sorted(each.contrast.baseline for each in claim.controls) for claim in found.claims
    }
    assert held == {
        "ifs": ["disc", "ifs+silhouette", "noise+ifs"],
        "ifs+droste": ["disc", "ifs+droste+silhouette"],
    }
    assert {each.role for claim in found.claims for each in claim.controls} == {"silhouette", "noise", "disc"}


def test_a_control_belongs_to_what_it_shares_most_with():
    plain, better = table(0.2), table(0.7, 1)
    claims = ["orbit-trap+opaque", "orbit-trap:degree=2+opaque", "droste+opaque"]
    shared_by = {
        "orbit-trap": claims[:1],
        "orbit-trap+silhouette+opaque": claims[:1],
        "noise+orbit-trap:degree=2+opaque": claims[1:2],
        "orbit-trap+disc": claims[:1],
        "pad+opaque": claims,
        "pyramid+rosette": claims,
    }
    hits = {"none": plain, **dict.fromkeys(claims, better), **dict.fromkeys(shared_by, plain)}
    found = judged(hits, compared=claims, controls={"anything": list(shared_by)})
    held = {control: [] for control in shared_by}
    for claim in found.claims:
        for each in claim.controls:
            held[each.contrast.baseline].append(claim.contrast.compared)
    assert {control: sorted(of) for control, of in held.items()} == {c: sorted(of) for c, of in shared_by.items()}


def test_of_several_controls_in_one_role_one_that_explains_is_enough():
    plain, better = table(0.2), table(0.7, 1)
    hits = {"none": plain, "fractal": better, "disc-small": plain, "disc-large": better}
    found = judged(hits, controls={"disc": ["disc-*"]})
    assert found.sentence.endswith("explained by disc: yes.")


def test_a_verdict_as_data_and_as_markdown():
    plain = table(0.3)
    hits = {"none": plain, "ifs": plain | table(0.3, 1), "a|b": plain, "ifs+silhouette": plain}
    trials = rows(hits, "m1") + rows(hits, "m2")
    found = verdict(trials, controls={**SILHOUETTE, "noise": ["*noise*"]})
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["sentence"] == found.sentence
    assert [claim["decision"] for claim in data["claims"]] == [claim.decision for claim in found.claims]
    assert set(data["claims"][0]["by_method"]) == {"m1", "m2"}
    text = to_markdown(found)
    for claim in found.claims:
        assert markdown.plain(claim.sentence) in text
    rows_of_tables = [line for line in text.splitlines() if line.startswith("|")]
    cells = [line.replace("\\|", "").count("|") for line in rows_of_tables]
    # Every table has as many cells in each line as in its head: 12 headings, or 13 where controls are held.
    assert set(cells) == {13, 14}
    assert "Not tested, for want of such a chain: noise." in text


def test_whatever_a_chain_is_called_the_page_shows_it():
    name = "warp:file='<b>*x*_y_.png'"
    hits = {"none": table(0.2, kernels=1), name: table(0.3, 1, kernels=1)}
    found = verdict(rows(hits, method="m_1_x"))
    text = to_markdown(found)
    page = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    pieces = [child for token in page if token.type == "inline" for child in token.children]
    assert {each.type for each in pieces} <= {"text", "code_inline", "strong_open", "strong_close", "text_special"}
    assert found.sentence in "".join(each.content for each in pieces)
    assert "(1 kernel, 20 scenes)" in text


def test_many_claims_are_corrected_for():
    world = World(kernels=10, scenes=10, effects={f"f{n}": 0.25 for n in range(8)})
    found = verdict(rows(world.draw(np.random.default_rng(0))))
    for each in found.comparison.pooled:
        assert each.p_holm >= each.p
    smallest = min(found.comparison.pooled, key=lambda each: each.p)
    assert smallest.p_holm == pytest.approx(min(1.0, 8 * smallest.p))

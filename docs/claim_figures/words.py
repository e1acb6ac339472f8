"""The sections of the page that hold for any outcome; every number in them is the run's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from claim_figures import tables
from claim_figures.evidence import Evidence, kernel_kinds, scene_kinds
from claim_figures.others import instrument_rates
from claim_figures.spread import flat_shares, standard_errors

from fracorr import ConfigurationError
from fracorr.verdict_words import percent

QUESTION = """## The question

A blog post took feature images, pictures of what a unit of a neural network responds to most, as Distill published
them ([Olah, Mordvintsev and Schubert 2017](https://doi.org/10.23915/distill.00007)). It made fractals of them, and
correlated both with photographs by OpenCV's `cv2.matchTemplate`. The fractal of a face seemed to find faces that the
plain image missed. The post calls this an experiment for fun and claims nothing. Is there something in it?"""

HISTORY = """## How it was designed

Treatments, controls, scenes and rules were fixed before any result of this experiment was seen. What was seen before:

- The scenes were changed once: a kernel that ought to find faces, the mean of other faces (`claim-instrument.toml`),
  hit almost nothing in the first ones. Only that kernel was used to change them.
- The number of scenes comes from how much scenes and kernels differed in `claim-specificity.toml`, whose kernels show
  no faces. That meant seeing its verdict on the 26 scenes of that time: undecided, 6.6 % for the fractal against 9.7 %.
- Two sheets of `fracorr demo`, which has face kernels, were looked at meanwhile.
- After that the outlines of the second and third fractal were added to the controls, and nothing else was changed. To
  see that they are held against the right claims, 8 scenes were tried with one face and one eye by one method, and
  the (undecided) verdict on those was seen."""


def answer(run: Evidence) -> str:
    """Return the verdict's sentences, and how many claims came out how."""
    counted = Counter(claim["decision"] for claim in run.claims)
    order = ("supported", "not supported", "undecided")
    summary = ", ".join(f"{counted[decision]} {decision}" for decision in order if counted[decision])
    claims = "1 claim" if len(run.claims) == 1 else f"{len(run.claims)} claims"
    smallest = 100 * run.verdict["rule"]["smallest"]
    return f"""## The answer

{claims}, that a fractal hits more often than the plain kernel: **{summary}**.

{_sentences(run)}

*Not supported* means that an advantage of {smallest:g} points or more is ruled out; *undecided*, that neither it nor
its absence could be shown. [Verdicts](verdicts.md) has the rules, and how well they hold on simulated experiments."""


def _sentences(run: Evidence) -> str:
    """Return what the verdict says, as a quotation with a paragraph for each claim."""
    return "\n>\n".join(f"> {line}" for line in run.verdict["sentence"].splitlines())


def method(run: Evidence) -> str:
    """Return what was done."""
    kernels, sources = run.distinct("kernel"), len(run.distinct("kernel_source"))
    sizes = "; ".join(kernel_kinds(run.distinct("kernel_source")))
    kinds = [(name, str(_scenes(run, of))) for name, of in scene_kinds(run.distinct("scene_source")).items()]
    roles = len(run.roles)
    return f"""## The method

- {len(kernels)} kernels ({", ".join(f"`{name}`" for name in kernels)}), in {sources} versions ({sizes});
- {len(run.treatments)} treatments: the baseline `{run.baseline}` (the plain kernel, its support honoured),
  {len(run.compared)} fractals that are claimed to be better, and {roles} controls that might explain it instead;
- {len(run.distinct("scene"))} scenes, each with one face at a known place, of the kinds below;
- {len(run.distinct("method"))} methods: {", ".join(f"`{name}`" for name in run.distinct("method"))}.

Each with each, that is {run.stored.total:,} trials. A trial is a hit if the centre of the best place lies in the
face's box. Treatments are compared on the same kernels and scenes by the mean over the methods. Kernels and scenes are
what is independent, and a kernel in two sizes is one.

{_left_out(run)}

{tables.table(("kind of scene", "scenes"), kinds)}"""


def _scenes(run: Evidence, sources: list[str]) -> int:
    return len({(row["scene_source"], row["scene"]) for row in run.rows if row["scene_source"] in sources})


def _left_out(run: Evidence) -> str:
    verdict = run.verdict
    unpaired = sum(each["unpaired"] for each in verdict["comparison"]["single"] or verdict["comparison"]["pooled"])
    excluded = "; ".join(map(str, run.plan.exclusions)) or "the scene sources left out nothing"
    return (
        f"Trials that failed: {verdict['failed']}; without a face: {verdict['without_target']}; without a counterpart: "
        f"{unpaired}; whose kernel could not reach the face, which are misses: {verdict['out_of_reach']}; {excluded}."
    )


def specificity(run: Evidence, other: Evidence) -> str:
    """Return what fractals of other things did.

    Raises
    ------
    ConfigurationError
        If they met other scenes or methods.
    """
    for column in ("scene_source", "scene", "method"):
        if run.distinct(column) != other.distinct(column):
            raise ConfigurationError(f"'{run.stored.directory}' and '{other.stored.directory}' differ in: {column}")
    names = ", ".join(f"`{name}`" for name in other.distinct("kernel"))
    return f"""## Does it take a face to find faces?

The same scenes and methods with kernels that show something else: {names} (`fracorr claim specificity`).

{_sentences(other)}

![Hit rates of plain kernels and of fractals, of faces and of other things](images/claim-specificity.png)

*These are different kernels, so the two runs are not paired.*"""


def instrument(other: Evidence) -> str:
    """Return whether faces can be found at all."""
    found = instrument_rates(other)
    best = max(found, key=lambda name: found[name][0].value)
    kernels = ", ".join(f"`{name}`" for name in other.distinct("kernel"))
    return f"""## Can these faces be found at all?

A kernel that ought to find them, {kernels}, the mean of 50 faces, on scenes of the same kinds that show others
(`fracorr claim instrument`): it hits {tables.hits(found[best])} with `{best}`, which of the {len(found)} methods is the
best for it; chance is {percent(found[best][1])}.

![Hit rates of the mean face with each method](images/claim-instrument.png)"""


def limits(run: Evidence) -> str:
    """Return what it does not show."""
    spread = [standard_errors(run, chain) for chain in run.compared]
    scenes, kernels = (_range([each[place] for each in spread]) for place in (0, 1))
    flat = {name: share for name, share in flat_shares(run).items() if share > 0}
    worst = "; ".join(f"{percent(share)} of such trials with `{name}`" for name, share in flat.items())
    clipped = (
        f"""
- Where all places have the same score, nothing can be found. For the fractals claimed to be better that holds for
  {worst}. `tm_sqdiff_normed` is flat for kernels on a black ground because OpenCV clips it at 1, its worst score. The
  method counts all the same, as it would for anyone who uses it; the table above says what each method does alone."""
        if flat
        else ""
    )
    return f"""## Limits

- One kind of target: faces, most of them from the front, turned in the picture's plane only; nearly all are crops of
  25×25 pixels, enlarged.
- {len(run.distinct("kernel"))} kernels of one gallery in {len(run.distinct("kernel_source"))} versions, and
  {len(run.distinct("method"))} methods of one library.
- How sure it is depends on both: differences between scenes alone make a standard error of {scenes} points, those
  between kernels alone one of {kernels}.
- There are more fractals than the {len(run.compared)} that were tried, and more sizes of kernels. That some other one
  does better is not ruled out.{clipped}"""


def _range(values: list[float]) -> str:
    low, high = (f"{100 * each:.1f}" for each in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def repeating(run: Evidence, commands: Sequence[str], equal: int | None) -> str:
    """Return how to do it again, and with what it was done."""
    manifest = run.stored.manifest
    versions = ", ".join(f"{name} {version}" for name, version in {**manifest.versions, **manifest.libraries}.items())
    commit = "" if manifest.git is None else f", git commit {manifest.git['commit'][:12]}"
    commit += " with changes" if manifest.git is not None and manifest.git["changed"] else ""
    machine = f"{manifest.machine['cores']} cores ({manifest.machine['system']})"
    same = (
        f"A second run gave the same {equal:,} trials: every metric and every match is equal to the last bit."
        if equal is not None
        else "Whether a second run gives the same numbers was not tried for this page."
    )
    lines = "\n".join(commands)
    return f"""## Do it again

```text
{lines}
```

`fracorr claim` needs no network; interrupted, it goes on where it ended when it is called again. Here its
{run.stored.total:,} trials took {manifest.seconds:.0f} seconds on {machine}, with
{versions}{commit}. {same}"""

import types

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from fracorr import Target
from fracorr.reporting import labels
from fracorr.trial import KernelRef, SceneRef
from fracorr_matplotlib.choice import choose


@attrs.frozen
class Source:
    spec: str


def scene(number, targets=0, name=None, source="photos"):
    truth = (Target(5, 5, 3, 3),) * targets
    return SceneRef(Source(source), number, name or f"scene-{number}", f"digest-{number}", (10, 10), truth)


def kernel(number, name=None, source="drawings"):
    return KernelRef(Source(source), number, name or f"kernel-{number}", f"digest-{number}")


def plan(kernels_by_scene, arms=3):
    return types.SimpleNamespace(scenes=tuple(kernels_by_scene), kernels=kernels_by_scene, arms=tuple(range(arms)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=5),
    st.integers(0, 20),
    st.sampled_from(["none", "targets", "all"]),
    st.integers(1, 4),
)
def test_as_much_as_the_limit_allows_from_the_front_of_the_plan(counts, limit, wanted, arms):
    refs = {
        scene(number, targets): tuple(kernel(each) for each in range(kernels))
        for number, (kernels, targets) in enumerate(counts)
    }
    choice = choose(plan(refs, arms), wanted, limit)
    groups = [(scene, kernel) for scene, kernels in refs.items() for kernel in kernels]
    drawable = [
        (group, arm)
        for group in groups
        for arm in range(arms)
        if wanted == "all" or (wanted == "targets" and group[0].targets)
    ]
    shares = choice.shares
    assert [group for group in groups if group in shares and shares[group].sheet] == groups[:limit]
    drawn = [(group, arm) for group, share in shares.items() for arm in range(share.trials)]
    assert drawn == drawable[:limit]
    assert choice.sheets_left_out == len(groups[limit:])
    assert choice.trials_left_out == len(drawable[limit:])
    assert all(share.sheet or share.trials for share in shares.values())


def test_names_are_told_apart_by_their_source_and_only_where_needed():
    refs = [kernel(0, "eye", "left"), kernel(0, "eye", "right"), kernel(1, "nose", "left")]
    assert list(labels(refs).values()) == ["eye (left)", "eye (right)", "nose"]


def test_a_kernel_bound_to_a_scene_needs_no_other_name_than_within_it():
    first, second = scene(0), scene(1)
    choice = choose(plan({first: (kernel(0, "own"),), second: (kernel(0, "own"),)}), "none", 9)
    assert [share.file_name for share in choice.shares.values()] == ["scene-0--own", "scene-1--own"]

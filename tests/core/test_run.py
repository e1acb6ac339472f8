import io
import json

import cv2
import numpy as np
import pytest
import skimage.data
from fakes import fake_registry

from fracorr import (
    ConfigurationError,
    Experiment,
    ImageError,
    Kernel,
    PluginError,
    Scene,
    correlate,
    fractalize,
    open_run,
    run,
)
from fracorr.running import results

FILES_OF_A_RUN = [".lock", "experiment.toml", "manifest.json", "results.json", "trials.sqlite"]


def experiment(**changes):
    values = {"kernels": "dots", "transforms": ["none", "halve"], "scenes": "spots", "methods": "peak"}
    return Experiment(**{**values, **changes})


def without_times(result):
    data = result.to_dict()
    return {key: value for key, value in data.items() if key != "seconds"}


def test_a_run_counts_what_came_out():
    seen = []
    done = run(experiment(), on_result=lambda _, result: seen.append(result), registry=fake_registry())
    assert (done.done, done.failed, len(seen)) == (8, 0, 8)
    for tally in done.arms.values():
        assert (tally.trials, tally.on_targets, tally.hits, tally.median_rank) == (4, 4, 4, 1)
    for result in seen:
        assert result.metrics.centre_error == 0
        assert result.matches[0].score == 1.0


@pytest.mark.parametrize(
    ("changes", "step", "message"),
    [
        ({"transforms": ["none", "raises"]}, "transform 'raises'", "the <b>transform</b> broke"),
        ({"transforms": ["none", "halve+wrong"]}, "transform 'wrong'", "apply() returned ndarray, not a Kernel"),
        ({"methods": ["peak", "raises"], "transforms": "none"}, "method 'raises'", "the method broke"),
        ({"methods": ["peak", "wrong"], "transforms": "none"}, "method 'wrong'", "returned ndarray, not a Response"),
    ],
)
def test_a_component_that_breaks_fails_its_trials_and_no_others(changes, step, message):
    done = run(experiment(**changes), registry=fake_registry())
    assert (done.done, done.failed) == (8, 4)
    (failure,) = done.failures
    assert failure.step == step
    assert message in failure.message
    assert failure.origin == "plugin 'fakes' of fake-distribution 1.2"
    assert {tally.failed for tally in done.arms.values()} == {0, 4}


def test_a_reporter_that_breaks_is_named_and_the_others_go_on():
    registry = fake_registry()
    seen = []
    done = run(
        experiment(reporters=["raises", "recorder"]),
        on_result=lambda current, _: seen.append(current),
        registry=registry,
    )
    assert [failure.step for failure in done.reporter_failures] == ["reporter 'raises'"]
    recorder = next(each.instance for each in done.plan.reporters if each.spec == "recorder")
    assert recorder.seen[0] == "begin"
    assert recorder.seen[-1] == "end"
    assert len(recorder.seen) == 2 + len(seen) == 10


def test_an_interrupted_run_still_reports():
    def interrupt(current, result):
        if current.done == 3:
            raise KeyboardInterrupt

    done = run(experiment(reporters=["recorder"]), on_result=interrupt, registry=fake_registry())
    assert (done.interrupted, done.done) == (True, 3)
    assert done.plan.reporters[0].instance.seen[-1] == "end"


def test_the_same_experiment_gives_the_same_numbers():
    first = [without_times(each) for each in results(experiment(seed=5), fake_registry())]
    again = [without_times(each) for each in results(experiment(seed=5), fake_registry())]
    other = [without_times(each) for each in results(experiment(seed=6), fake_registry())]
    assert first == again
    assert first != other


def test_the_json_reporter_writes_every_trial(tmp_path):
    registry = fake_registry(installed=True)
    changes = {"reporters": ["json"], "transforms": ["none", "fake-distribution/raises"]}
    done = run(experiment(**changes), out=tmp_path, registry=registry)
    data = json.loads((tmp_path / "results.json").read_text())
    assert len(data["trials"]) == done.done == 8
    assert sum(trial["failure"] is not None for trial in data["trials"]) == data["run"]["failed"] == 4
    assert data["run"]["arms"][0]["hits"] == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES_OF_A_RUN
    assert Experiment.from_toml(tmp_path / "experiment.toml") == done.experiment


def test_a_reporter_that_writes_files_needs_a_folder():
    done = run(experiment(reporters=["json"]), registry=fake_registry(installed=True))
    assert "give the run a folder" in done.reporter_failures[0].message


def test_the_table_reporter_prints_the_arms():
    output = io.StringIO()
    run(
        experiment(reporters=["table"], methods=["peak", "raises"]),
        output=output,
        registry=fake_registry(installed=True),
    )
    text = output.getvalue()
    assert "4 of 4" in text
    assert text.count("halve") == 2
    assert "16 trials in" in text


def test_the_table_says_that_there_are_no_targets(tmp_path):
    output = io.StringIO()
    file = tmp_path / "scene.png"
    from fracorr import images

    images.write(file, skimage.data.astronaut()[:40, :50])
    changes = {"scenes": str(file), "reporters": "table:limit=1"}
    run(experiment(**changes), output=output, registry=fake_registry(installed=True))
    text = output.getvalue()
    assert "no scene has a known target" in text
    assert "1 more arms" in text
    # "peak" finds the brightest pixel; the places of all four trials are listed.
    gray = images.to_gray(images.read(file).pixels)
    row, column = np.unravel_index(gray.argmax(), gray.shape)
    assert sum(f" {column} " in line and f" {row} " in line for line in text.splitlines()) == 4


def test_fractalize_takes_arrays_paths_and_kernels(tmp_path):
    registry = fake_registry()
    pixels = skimage.data.astronaut()[:32, :32]
    for image in (pixels, Kernel(pixels), pixels / 255.0):
        half = fractalize(image, "halve", registry=registry)
        np.testing.assert_allclose(half.pixels, pixels / 510.0, atol=1e-6)
    with pytest.raises(PluginError, match="transform 'raises' .*fake-distribution 1.2.* failed: RuntimeError"):
        fractalize(pixels, "halve+raises", registry=registry)
    with pytest.raises(Exception, match="stands for 3 chains"):
        fractalize(pixels, "*", registry=registry)


def test_correlate_names_the_method_that_breaks():
    registry = fake_registry()
    scene = np.eye(10)
    assert correlate(Scene(scene), scene, "peak", registry=registry).best().score == 1.0
    with pytest.raises(PluginError, match="method 'raises' .*failed: RuntimeError: the method broke"):
        correlate(scene, scene, "raises", registry=registry)
    with pytest.raises(PluginError, match="returned ndarray, not a Response"):
        correlate(scene, scene, "wrong", registry=registry)
    with pytest.raises(ImageError, match="no file 'nowhere.png'"):
        correlate("nowhere.png", scene, "peak", registry=registry)


@pytest.mark.parametrize("method", [cv2.TM_CCOEFF, None, b"peak"])
def test_a_method_is_named_by_text(method):
    with pytest.raises(ConfigurationError, match=r"the method is named by text, .* of the type (int|NoneType|bytes)"):
        correlate(np.eye(10), np.eye(10), method, registry=fake_registry())


def engine_registry():
    from fakes import BreakingEngine, LosingEngine, offering, spec

    engines = (spec("breaking", BreakingEngine), spec("losing", LosingEngine))
    return fake_registry(offering("engines", *engines, hook="fracorr_engines"), installed=True)


def test_an_engine_that_breaks_is_named_and_the_reporters_may_finish(tmp_path):
    changes = {"engine": "breaking", "reporters": ["json", "recorder"]}
    with pytest.raises(PluginError, match="engine 'breaking' .*fake-distribution 1.2.* failed: RuntimeError: no more"):
        run(experiment(**changes), out=tmp_path, registry=engine_registry())
    assert sorted(path.name for path in tmp_path.iterdir()) == FILES_OF_A_RUN
    assert len(json.loads((tmp_path / "results.json").read_text())["trials"]) == 1


def test_an_engine_that_loses_trials_is_named(tmp_path):
    with pytest.raises(PluginError, match=r"engine 'losing' .* gave no result for 7 of 8 trials; what was finished"):
        run(experiment(engine="losing"), out=tmp_path, registry=engine_registry())
    assert open_run(tmp_path).done == 1
    found = results(experiment(engine="losing"), engine_registry())
    assert next(found).failure is None
    with pytest.raises(PluginError, match=r"engine 'losing' .* gave no result for 7 of 8 trials$"):
        next(found)


def test_a_component_that_leaves_the_program_fails_its_trials_only():
    from fakes import Leaves, offering, spec

    leaving = offering("leaving", spec("leaves", Leaves), hook="fracorr_fractal_transforms")
    done = run(experiment(transforms=["none", "leaves"]), registry=fake_registry(leaving))
    assert (done.done, done.failed) == (8, 4)
    assert done.failures[0].error == "SystemExit"


def test_a_transform_that_fails_is_not_applied_again_for_every_method():
    from fakes import Counting, offering, spec

    Counting.applied = 0
    counting = offering("counting", spec("counting", Counting), hook="fracorr_fractal_transforms")
    done = run(experiment(transforms=["counting"], methods=["peak", "raises"]), registry=fake_registry(counting))
    assert (done.failed, Counting.applied) == (8, 2)  # two kernels


def test_a_json_reporter_that_cannot_write_leaves_no_half_file(tmp_path, monkeypatch):
    import errno

    from fracorr_text.json_file import JsonFile

    plan_run = run(experiment(), registry=fake_registry())
    plan_run.directory = tmp_path
    reporter = JsonFile()
    reporter.begin(plan_run)
    (result,) = list(results(experiment(kernels="dots:n=1", transforms="none", scenes="spots:n=1"), fake_registry()))

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("fracorr_text.json_file.json.dumps", full)
    with pytest.raises(Exception, match="No space left"):
        reporter.record(result)
    assert list(tmp_path.iterdir()) == []


def test_angle_and_scale_are_judged_only_for_the_scenes_own_kernel():
    registry = fake_registry(installed=True)
    found = list(results(experiment(kernels=["own", "dots"], transforms="none"), registry))
    own = [each.metrics for each in found if each.trial.kernel.name == "spot"]
    others = [each.metrics for each in found if each.trial.kernel.name != "spot"]
    assert [(each.angle_error, each.scale_error) for each in own] == [(0.0, 0.0)] * 2
    assert {(each.angle_error, each.scale_error) for each in others} == {(None, None)}
    assert len(others) == 4


def test_correlate_refuses_pictures_of_different_ranges():
    photo = skimage.data.astronaut()[:64, :64]
    with pytest.raises(ImageError, match="the scene reaches 2.*, the kernel .*divide by 255"):
        correlate(photo.astype(float), photo[:16, :16], "peak", registry=fake_registry())


def test_run_takes_the_path_of_an_experiment(tmp_path):
    file = tmp_path / "exp.toml"
    file.write_text(experiment().to_toml())
    assert repr(run(file, registry=fake_registry())) == "Run(8 of 8 trials, 8 hits of 8)"
    assert len(list(results(file, fake_registry()))) == 8
    with pytest.raises(ConfigurationError, match=r"^results\(\) takes an Experiment or the path of its file, not int"):
        list(results(3))
    with pytest.raises(ConfigurationError, match=r"^run\(\) takes an Experiment or the path of its file, not dict"):
        run({"kernels": "dots"}, registry=fake_registry())
    with pytest.raises(ConfigurationError, match="out takes a path, not int"):
        run(file, out=3, registry=fake_registry())
    with pytest.raises(ConfigurationError, match="takes a path, not NoneType"):
        open_run(None)


def test_fractalize_refuses_float_pixels_of_0_to_255():
    with pytest.raises(ImageError, match="divide by 255, or pass uint8"):
        fractalize(skimage.data.astronaut()[:32, :32].astype(float), "halve", registry=fake_registry())

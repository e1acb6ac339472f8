import numpy as np
import pytest

from fracorr import ConfigurationError, Experiment, images
from fracorr.running import results


def test_a_target_given_for_a_file_is_where_hits_are_counted(tmp_path):
    photo = np.random.default_rng(1).random((60, 80))
    images.write(tmp_path / "photo.png", photo)
    images.write(tmp_path / "cut.png", photo[20:36, 30:46])
    scene = f"file:{tmp_path / 'photo.png'},target=[30,20,16,16]"
    (result,) = results(Experiment(kernels=str(tmp_path / "cut.png"), scenes=scene, methods="tm_ccoeff_normed"))
    assert result.metrics.hit is True
    assert result.metrics.iou == pytest.approx(1.0)
    (halved,) = results(
        Experiment(kernels=str(tmp_path / "cut.png"), scenes=f"{scene},size=40", methods="tm_ccoeff_normed")
    )
    # At half the size the target is 8 × 8 px around a quarter of the way: the 16 px kernel covers it four times over.
    assert halved.metrics.iou <= 0.25 + 1e-6


@pytest.mark.parametrize("box", ["-1,5,16,16", "5,-1,16,16", "70,5,16,16", "5,50,16,16", "500,5,16,16"])
def test_a_target_beyond_the_picture(tmp_path, box):
    images.write(tmp_path / "photo.png", np.zeros((60, 80)))
    experiment = Experiment(
        kernels="disc:size=16", scenes=f"file:{tmp_path / 'photo.png'},target=[{box}]", methods="tm_ccoeff"
    )

    with pytest.raises(ConfigurationError, match=r"'file': target=\[.*\] is not right: it reaches beyond 'photo' of"):
        list(results(experiment))

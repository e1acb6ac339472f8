"""
One kernel, six methods
=======================

The surfaces of OpenCV's six methods for the same kernel, bright where a method would look first.
"""

import matplotlib.pyplot as plt
from skimage.data import astronaut

import fracorr

scene = fracorr.Scene(astronaut())
kernel = fracorr.Kernel(astronaut()[60:156, 176:272])
methods = ["tm_ccoeff", "tm_ccoeff_normed", "tm_ccorr", "tm_ccorr_normed", "tm_sqdiff", "tm_sqdiff_normed"]

figure, axes = plt.subplots(2, 3, figsize=(9, 6))
for one, method in zip(axes.flat, methods, strict=True):
    response = fracorr.correlate(scene, kernel, method)
    best = response.best()
    one.imshow(response.display())
    one.plot(best.x - response.origin[0], best.y - response.origin[1], "r+", markersize=14)
    one.set_title(f"{method}: ({best.x:g}, {best.y:g})", fontsize=9)
    one.axis("off")

# %%
# Plain correlation (``tm_ccorr``) prefers what is bright to what is alike: its best place is not the face.

"""
Fractals of a face
==================

One photograph, cut out and put through a few chains of transforms.
"""

import matplotlib.pyplot as plt
from skimage.data import astronaut

import fracorr
from fracorr.sheets import over_checkers

face = fracorr.Kernel(astronaut()[20:210, 130:320], name="face")
chains = ["orbit-trap:degree=3", "ifs:sierpinski", "droste", "kaleidoscope:5", "orbit-trap+rosette"]

figure, axes = plt.subplots(1, 6, figsize=(12, 2.4))
for one, chain in zip(axes, ["none", *chains], strict=True):
    one.imshow(over_checkers(fracorr.fractalize(face, chain)))
    one.set_title(chain, fontsize=9)
    one.axis("off")

# %%
# The checkerboard shows where a result has no support: nothing there counts in a correlation.

"""
A template at any rotation and scale
====================================

The astronaut's face is cut out of the photograph, and found in the photograph turned and made smaller.
"""

import matplotlib.pyplot as plt
from skimage.data import astronaut
from skimage.transform import rescale, rotate

import fracorr

photo = astronaut()
template = photo[60:156, 176:272]
scene = rescale(rotate(photo, 33, resize=True), 0.7, channel_axis=2, anti_aliasing=True)

(match,) = fracorr.find(scene.astype("float32"), template)
print(match)

figure, axes = plt.subplots(1, 2, figsize=(8, 4.5), width_ratios=(1, 3))
axes[0].imshow(template)
axes[1].imshow(scene)
axes[1].add_patch(plt.Polygon(match.polygon(), fill=False, color="C1", linewidth=2))
axes[1].set_title(f"turned by {match.angle:.2f}°, {match.scale:.2f} times the size, score {match.score:.3f}")
for one in axes:
    one.axis("off")

"""The words of the page that correlation_speed.py writes."""

PAGE_TEXT = """# Methods and their speed

Written by `python tests/benchmarks/correlation_speed.py`: one thread, both sides taking turns in one run, the
fastest of at least {turns} turns, processor time. {machine}.

The scenes are laid out of photographs (scikit-image's), as float32 in [0, 1] for both sides. Scene and kernel are
ready before the clock starts, but nothing that fracorr computes of them is.

## One kernel

All six methods of one kernel, and OpenCV's six, as multiples of one call of OpenCV's `TM_CCOEFF_NORMED`; then each
method alone as a multiple of OpenCV's own.

{one_kernel}

OpenCV's gray methods are those of Intel's IPP, which are quick and lose digits where a window is dark or has little
contrast. fracorr's window sums run in float64, and windows for which float32 does not suffice are done again in
float64. A method never takes OpenCV's result: what it returned would then depend on what was asked before, and an
experiment would not give the same numbers on any number of workers. The largest error of a normalised score over
{photographs} photographs and kernels from 16 to 128 px, against float64, in all windows whose standard deviation is
above 3e-5 (a hundredth of a step of 8 bits):

{accuracy}

## A bank of kernels

32 kernels by six methods on one scene: the scene's transforms and sums are computed once, each kernel's correlations
once. Memory does not grow with the number of kernels.

{bank}

## A large scene

All six methods of a 128-px and a 96-px kernel on a scene of 8000×8000 pixels need {gray:.2f} GB at the peak for a gray
scene and {color:.2f} GB for one in color, the scene and Python themselves included.

## What was chosen, and why

The Fourier transform: microseconds for one forward transform of a complex image, which is two blocks of a scene.
fracorr uses `cv2.dft`, which is the fastest by far in float32, and is there anyway; little is done in float64, where
ducc0 is as fast or faster.

{transforms}

Memory: milliseconds for one `tm_ccoeff_normed` in memory that the last call used, and in what numpy hands out, in
processes that call `matchTemplate` between any two. The system zeroes each page of fresh memory when it is first
touched; how much of it the C library keeps at hand depends on what else a process does (more, once it has freed a
large array). fracorr keeps up to 64 MB in one stretch.

{memory}

The way to slide a kernel: milliseconds for one cross-correlation. Kernels of up to 36 pixels are slid product by
product, larger ones by transforms of blocks, whose size is chosen by a model of these costs. A scene that is known
already is the usual case: from the second method or kernel on.

{ways}
"""

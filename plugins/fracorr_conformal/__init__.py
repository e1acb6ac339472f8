"""Transforms by conformal maps: Droste, kaleidoscope, log-polar, Moebius."""

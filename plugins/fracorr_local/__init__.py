"""Engines that execute trials on this machine."""

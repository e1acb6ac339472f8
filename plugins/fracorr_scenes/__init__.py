"""Scenes: sample photographs and files, and the kernel that a scene brings along."""

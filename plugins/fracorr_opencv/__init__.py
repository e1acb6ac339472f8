"""OpenCV's six template-matching methods, and its feature matchers."""

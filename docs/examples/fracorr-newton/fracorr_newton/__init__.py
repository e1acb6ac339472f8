"""The transform 'newton' for fracorr."""

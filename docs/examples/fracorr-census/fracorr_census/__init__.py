"""The method 'census' for fracorr."""

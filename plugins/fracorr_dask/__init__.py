"""Trials spread over a Dask cluster (needs the extra ``[dask]``)."""

"""Connections to a Dask cluster: somebody's, or one on this machine for the time of a run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from fracorr.errors import ConfigurationError, MissingDependencyError
from fracorr.workers import usable_cores

#: How long a scheduler, and then its first worker, may take to answer, in seconds.
PATIENCE: Final = 30


def check(address: str, workers: int | None) -> None:
    """See what can be seen without connecting.

    Raises
    ------
    MissingDependencyError
        Without the extra ``[dask]``.
    ConfigurationError
        If workers are asked for of a cluster that has its own.
    """
    try:
        import distributed  # noqa: F401 - to see that it is there
    except ImportError as error:
        raise MissingDependencyError(
            f"engine 'dask' needs dask.distributed ({error}). Run: pip install 'fracorr[dask]'"
        ) from error
    if address and workers is not None:
        raise ConfigurationError(
            f"engine 'dask': workers={workers} is for a cluster on this machine; the one at '{address}' has its own"
        )


@contextlib.contextmanager
def connected(address: str, workers: int | None) -> Iterator[Any]:
    """Connect to the scheduler at `address`, or start a cluster on this machine where none is given.

    Raises
    ------
    MissingDependencyError, ConfigurationError
        See :func:`check`; or if nobody answers at the address, or there is no worker.
    """
    check(address, workers)
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        if address:
            where: Any = address
        else:
            # Its workers are threads of this process: the work is done by their children.
            where = stack.enter_context(
                LocalCluster(
                    n_workers=workers or usable_cores(),
                    threads_per_worker=1,
                    processes=False,
                    dashboard_address="127.0.0.1:0",
                    memory_limit=0,
                )
            )
        try:
            client = stack.enter_context(Client(where, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"engine 'dask': there is no Dask scheduler at '{address}' ({_short(error)}); give its address as "
                "tcp://host:8786, or leave it out for a cluster on this machine"
            ) from error
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise ConfigurationError(
                f"engine 'dask': the cluster at '{address}' has no workers; start some with: dask worker {address}"
            ) from error
        yield client


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__

"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# A machine that is busy with other things is no reason to fail: how long something takes is for the benchmarks.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

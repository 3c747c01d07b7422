"""One profile for every property: the same examples on every machine, and no stopwatch."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "survey",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("survey")

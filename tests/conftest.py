"""For all tests."""

from hypothesis import settings

# a busy machine is no failure: speed is measured in benchmarks/
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

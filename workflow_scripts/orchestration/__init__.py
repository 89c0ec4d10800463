"""What surrounds the jobs: checks of the configuration and the plan, code as an input, provenance.

Only the rules and the tools import it; no job runs any of it.
"""

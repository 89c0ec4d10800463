"""What stands around the jobs: checks of the configuration and the plan, code as an input, provenance.

Imported by the rules and the tools alone; no job runs any of it.
"""

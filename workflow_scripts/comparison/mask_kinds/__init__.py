"""Kinds of mask sets, one module each."""

"""Fellesord: a shared language for innovation, as a knowledge graph that can be looked up."""

__version__ = "0.1.0"

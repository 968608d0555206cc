"""Releases: what was published when, what changed between, and proof that it is what it was.

A release is a folder named by its day, written once: the documents of the record as they were, what changed
since the release before, and a manifest of it all. History is read from releases only. Terms are compared as
the parser gives them, never as a store keeps them.
"""

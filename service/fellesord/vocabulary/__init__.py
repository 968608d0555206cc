"""The vocabulary: what is known of a thing, as frozen dataclasses with plain strings, and how to get it.

Texts come in every language they exist in; which one to show is decided by whoever shows it.
"""

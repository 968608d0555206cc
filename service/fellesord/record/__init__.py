"""The record: the vocabulary as plain Turtle documents that people write.

One document per file, ``<kind>/<slug>.ttl`` for ``<base><kind>/<slug>`` and its fragments; beside them
``external/*.ttl`` (labels of foreign terms), ``ontology.ttl`` (the few own terms) and ``tombstones.ttl``
(withdrawn IRIs). Nothing is derived here and nothing is repaired: a document is right, or an error says
which line is not.
"""

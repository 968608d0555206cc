"""Parse and write RDF one way.

Terms and triples are pyoxigraph's; they stay in ``rdf``, ``record`` and ``store``. Everything written
is deterministic: sorted, with only the prefixes that are used.
"""

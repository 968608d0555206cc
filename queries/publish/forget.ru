# Takes a generation out of the catalogue graph of a store, so that nobody begins to read it.
# param ?catalogue iri   the catalogue graph
# param ?graph iri       the graph of the generation
DELETE { GRAPH ?catalogue { ?graph ?property ?value } }
WHERE {
  VALUES ?catalogue { <https://fellesord.example/generation/> }
  VALUES ?graph { <https://fellesord.example/generation/0123> }
  GRAPH ?catalogue { ?graph ?property ?value }
}

# Writes into the catalogue graph of a store that a generation is there, whole: from now on it may be read.
# param ?catalogue iri   the catalogue graph
# param ?graph iri       the graph of the generation
# param ?time text       now (xsd:dateTime)
# param ?count text      how many statements it has
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT { GRAPH ?catalogue { ?graph dct:issued ?issued ; void:triples ?triples } }
WHERE {
  VALUES ?catalogue { <https://fellesord.example/generation/> }
  VALUES ?graph { <https://fellesord.example/generation/0123> }
  VALUES ?time { "2026-01-01T00:00:00Z" }
  VALUES ?count { "1" }
  BIND (STRDT(?time, xsd:dateTime) AS ?issued)
  BIND (STRDT(?count, xsd:integer) AS ?triples)
}

# Writes into the catalogue graph of a store that a generation is being published there, and is not whole yet.
# param ?catalogue iri   the catalogue graph
# param ?graph iri       the graph of the generation
# param ?name text       the name of the generation
# param ?time text       now (xsd:dateTime)
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT { GRAPH ?catalogue { ?graph dct:identifier ?name ; dct:created ?created } }
WHERE {
  VALUES ?catalogue { <https://fellesord.example/generation/> }
  VALUES ?graph { <https://fellesord.example/generation/0123> }
  VALUES ?name { "0123" }
  VALUES ?time { "2026-01-01T00:00:00Z" }
  BIND (STRDT(?time, xsd:dateTime) AS ?created)
}

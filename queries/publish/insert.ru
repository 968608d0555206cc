# Puts statements into a graph: the graph and the statements are examples.
INSERT DATA {
  GRAPH <https://fellesord.example/generation/0123> { <https://fellesord.example/> <https://fellesord.example/> "" . }
}

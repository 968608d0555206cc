# Removes a graph, if it is there: the graph is an example.
DROP SILENT GRAPH <https://fellesord.example/generation/0123>

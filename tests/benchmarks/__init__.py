"""Measurements, each beside a peer or a floor in the same run: these say how fast, the tests say whether right."""

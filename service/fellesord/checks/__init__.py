"""Checks: any graph judged by SHACL shapes, and what was found told to people.

Shapes are compiled to one query per constraint; what cannot be compiled is left to pySHACL and said so.
"""

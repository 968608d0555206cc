"""Search: an index over the words of everything in a store, and a ranking that can be explained.

``analysis`` makes words comparable, ``index`` keeps them, ``ranking`` says how well a label answers,
``guessing`` what may have been meant, and ``searching`` puts them together. ``annotating`` finds terms in
texts, by the forms that ``inflection`` makes, which knows the nouns of verbs as well.

The engine is tantivy. SQLite's FTS5, given the same analysis, order and ranking, answers as fast (a
suggestion among 400 000 labels: median 0.8 ms CPU, 99 of 100 within 2.4) and nearly as well (what should come
first does for 96.7 % of 122 questions, with tantivy 97.5 %; of 90 others 98.9 % with both). So the analysis
decides, not the engine; but tantivy looks up spellings itself, counts facets, and takes 28 MB of disk,
FTS5 106.
``make bench ARGS=search`` measures both.
"""

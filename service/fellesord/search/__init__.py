"""Search: an index over the words of everything in a store, and a ranking that can be explained.

``analysis`` makes words comparable, ``index`` keeps them, ``ranking`` says how well a label answers,
``guessing`` what may have been meant, and ``searching`` puts them together. ``annotating`` finds terms in
texts, by the forms that ``inflection`` makes, which knows the nouns of verbs as well.

The engine is tantivy. SQLite's FTS5, given the same analysis, order and ranking, answers as fast
(suggestions among 400 000 labels: 0.8 ms for half of them, 2.3 and 2.4 ms at most for 99 of 100) and nearly
as well (what should come first does for 0.967 and 0.975 of 122 questions, 0.989 of 90 for both): the
analysis decides, not the engine. tantivy looks up spellings itself, counts facets, and takes 28 MB where
FTS5 takes 106. ``make bench ARGS=search`` measures both.
"""

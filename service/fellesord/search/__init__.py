"""Search: an index over the words of everything in a store, and a ranking that can be explained.

``analysis`` makes words comparable, ``index`` keeps them, ``ranking`` says how well a label answers, and
``searching`` puts the three together. ``annotating`` finds terms in texts, by the forms ``inflection`` makes.
"""

"""Search: an index over the words of everything in a store, and a ranking that can be explained.

``analysis`` makes words comparable, ``index`` keeps them, ``ranking`` says how well a label answers, and
``searching`` puts the three together.
"""

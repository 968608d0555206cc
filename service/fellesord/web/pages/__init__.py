"""The pages for people: each module is a page or a few of the same make; ``rendering`` is what they share."""

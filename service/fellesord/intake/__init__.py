"""Foreign files → documents of the record, with an account of every statement that was given.

A file is read in the jail (``reading``), each statement is given its form in the record or a reason why it
has none (``mapping``), what the record derives is not written again (``reducing``), the rest is laid into
documents (``placing``) and judged there (``planning``). Nothing is written before all of that is known.
"""

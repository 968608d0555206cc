"""The web: answering over HTTP what the vocabulary knows. Only this part knows HTTP.

Nothing is decided here about vocabulary; a view finds the thing, chooses the form and hands it on.
"""

"""How good is it? Labelled footage in, a report with figures, intervals and reasons out."""

"""The words that all stages share: frozen types, standard library and numpy only."""

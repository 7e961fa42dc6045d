"""Short clips judged for fights, and the training of what judges them."""

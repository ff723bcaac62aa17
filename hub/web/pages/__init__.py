"""One module per noun: its routes and the frozen dataclasses its templates see."""

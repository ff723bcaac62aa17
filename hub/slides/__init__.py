"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page."""

"""Pitch decks: what a template, a toolkit and a customer brief make."""

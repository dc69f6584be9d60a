"""Draws training pictures with exact labels."""

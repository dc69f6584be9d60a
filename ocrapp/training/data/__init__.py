"""Reads labelled data sets and mixes them with rendered pictures."""

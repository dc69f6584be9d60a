"""Where the models are made: data engine, networks, objectives, recipes, evaluation, export. Imports torch."""

"""Importers: published figures run through the services as cases, person by person."""

"""Toolkits: blueprints, membership rules, completeness."""

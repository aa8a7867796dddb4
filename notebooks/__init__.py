"""Numbered notebooks that use the public API only."""

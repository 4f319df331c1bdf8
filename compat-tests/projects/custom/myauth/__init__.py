"""The project's own application model."""

"""A project with a user model and an application model of its own, and the provider at /auth/o/."""

"""One module a method: a task made into what its layer holds."""

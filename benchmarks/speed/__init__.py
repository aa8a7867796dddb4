"""Speed and memory beside the programs people use today: one module a stage, one process each."""

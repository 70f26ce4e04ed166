"""What holds for the whole tree: floors, imports, documents, skips."""

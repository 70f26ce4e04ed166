"""What the project's figures come from: `./bench`, each beside its bare floor, measured in the same run."""

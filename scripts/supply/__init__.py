"""What gate is installed with and built from: the locks, the builds, the workflows, the imports, the release."""

"""Mutation testing of the verdict: small errors are put into gate one by one, and the tests have to notice each."""

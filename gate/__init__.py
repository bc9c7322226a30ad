"""A policy gate for Terraform plans: blocks the change that newly grants full AWS KMS access."""

__version__ = "0.1.0"

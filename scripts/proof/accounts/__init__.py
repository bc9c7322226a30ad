"""Whole accounts before and after a change, applied in every order that Terraform may choose, and gate's verdict."""

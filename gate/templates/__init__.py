"""CloudFormation templates: their text, what their intrinsic functions give, and what became of them."""

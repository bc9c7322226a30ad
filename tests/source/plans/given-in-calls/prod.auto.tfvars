extra = [
  "kms:*",
]

variable "\u0078" {
  default = "kms:*"
}

module "m" {
  source     = "./m"
  connection = "kms:*"
}

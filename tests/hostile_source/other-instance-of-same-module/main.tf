
module "env" {
  source = "./m"
  for_each = { a = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="s3:*",Resource="*"}]}), b = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]}) }
  n = each.key
  pol = each.value
  sfx = "2"
 attach = each.key == "a" ? { arn = module.env["b"].arn } : null
}

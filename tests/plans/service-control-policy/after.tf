resource "aws_organizations_policy" "all" {
  name    = "everything"
  content = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_s3_bucket_policy" "data" {
  bucket = "data"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Principal = "*", Resource = "*" }] })
}

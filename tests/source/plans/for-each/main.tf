resource "aws_kms_key" "k" {
  description = "app"
}

locals {
  roles = {
    reader = { actions = ["kms:Decrypt"] }
    admin  = { actions = ["kms:*"] }
  }
}

resource "aws_iam_role" "app" {
  for_each = local.roles
  name     = each.key
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "app" {
  name     = "app-${each.key}"
  role     = aws_iam_role.app[each.key].id
  for_each = local.roles
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = each.value.actions
        Resource = aws_kms_key.k.arn
      },
    ]
  })
}

resource "aws_iam_policy" "numbered" {
  count = 2
  name  = "numbered-${count.index}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = count.index == 0 ? "kms:Decrypt" : "kms:*"
      Resource = aws_kms_key.k.arn
    }]
  })
}

resource "aws_iam_policy" "assume" {
  name = "assume"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = concat([for name, role in aws_iam_role.app : role.arn], values(aws_iam_role.app)[*].id, aws_iam_policy.numbered[*].arn)
    }]
  })
}

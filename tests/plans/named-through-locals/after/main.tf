resource "aws_iam_policy" "boundary" {
  name = "boundary"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "*" }]
  })
}

module "app" {
  source   = "./role"
  name     = "app"
  boundary = aws_iam_policy.boundary.arn
}

resource "aws_iam_policy" "deny" {
  name = "deny"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["kms:*"], Resource = "*" }]
  })
}

resource "aws_iam_group" "developers" {
  name = "developers"
}

resource "aws_iam_user" "this" {
  for_each = toset(["ann", "bob"])
  name     = each.key
}

locals {
  role    = module.app.name
  group   = aws_iam_group.developers.name
  deny    = aws_iam_policy.deny.arn
  members = { for key, user in aws_iam_user.this : key => { user = user.name, groups = [local.group] } }
}

resource "aws_iam_role_policy" "app" {
  role = local.role

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["*"], Resource = "*" }]
  })
}

resource "aws_iam_group_policy" "developers" {
  group = local.group

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:*"], Resource = "*" }]
  })
}

resource "aws_iam_group_policy_attachment" "deny" {
  group      = local.group
  policy_arn = local.deny
}

resource "aws_iam_user_group_membership" "this" {
  for_each = local.members
  user     = each.value.user
  groups   = each.value.groups
}

data "aws_ssoadmin_instances" "this" {}

locals {
  instance = tolist(data.aws_ssoadmin_instances.this.arns)[0]

  sets = {
    Reader = "s3:Get*"
    Viewer = "kms:*"
  }

  assignments = {
    for one in [
      { account = "111111111111", set = "Reader", group = "906712e3-e0a1-70c5-1111-5c2b1a9c3f6e" },
      { account = "111111111111", set = "Viewer", group = "906712e3-e0a1-70c5-2222-5c2b1a9c3f6e" },
    ] : "${one.account}-${one.set}" => merge(one, { arn = aws_ssoadmin_permission_set.this[one.set].arn })
  }

  bounded = { Viewer = aws_ssoadmin_permission_set.this["Viewer"].arn }
}

resource "aws_ssoadmin_permission_set" "this" {
  for_each     = local.sets
  name         = each.key
  instance_arn = local.instance
}

resource "aws_ssoadmin_permission_set_inline_policy" "this" {
  for_each           = local.sets
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.this[each.key].arn

  inline_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value, Resource = "*" }]
  })
}

resource "aws_ssoadmin_permissions_boundary_attachment" "this" {
  for_each           = local.bounded
  instance_arn       = local.instance
  permission_set_arn = each.value

  permissions_boundary {
    managed_policy_arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
  }
}

resource "aws_ssoadmin_account_assignment" "this" {
  for_each           = local.assignments
  instance_arn       = local.instance
  permission_set_arn = each.value.arn
  principal_id       = each.value.group
  principal_type     = "GROUP"
  target_id          = each.value.account
  target_type        = "AWS_ACCOUNT"
}

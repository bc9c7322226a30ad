locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
  arns = { key = aws_kms_key.app.arn, queue = aws_sqs_queue.jobs.arn }

  # a role for each file, by its name
  roles = { for file in fileset("${path.module}/roles", "*.yaml") : trimsuffix(file, ".yaml") => yamldecode(file("${path.module}/roles/${file}")) }

  # a role for each name in a table, with its rows
  rows    = csvdecode(file("${path.module}/access.csv"))
  people  = { for row in local.rows : row.role => row... }
  by_name = { for name in distinct(local.rows[*].role) : name => [for row in local.rows : row if row.role == name] }
}

resource "aws_kms_key" "app" {}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_iam_role" "of_file" {
  for_each           = local.roles
  name               = each.key
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "of_file" {
  for_each = local.roles
  name     = "access"
  role     = aws_iam_role.of_file[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in each.value.statements : {
      Effect   = "Allow"
      Action   = statement.actions
      Resource = [for name in statement.resources : local.arns[name]]
    }]
  })
}

# a policy for each template
resource "aws_iam_policy" "of_template" {
  for_each = fileset("${path.module}/policies", "*.json.tftpl")
  name     = trimsuffix(basename(each.value), ".json.tftpl")
  policy   = templatefile("${path.module}/policies/${each.value}", local.arns)
}

resource "aws_iam_role" "of_row" {
  for_each           = local.people
  name               = "row-${each.key}"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "grouped" {
  for_each = local.people
  name     = "grouped"
  role     = aws_iam_role.of_row[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for row in each.value : { Effect = "Allow", Action = split(";", row.actions), Resource = local.arns[row.on] }]
  })
}

resource "aws_iam_role_policy" "filtered" {
  for_each = local.by_name
  name     = "filtered"
  role     = aws_iam_role.of_row[each.key].name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for row in each.value : { Effect = "Allow", Action = split(";", row.actions), Resource = local.arns[row.on] }]
  })
}

locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_kms_key" "app" {}

resource "aws_kms_alias" "app" {
  name          = "alias/app"
  target_key_id = aws_kms_key.app.key_id
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_iam_role" "this" {
  for_each           = toset(["reads", "owns", "heredoc", "owning-heredoc"])
  name               = each.key
  assume_role_policy = local.trust
}

module "reads" {
  source = "./policies"
  policies = [
    { statements = [{ actions = ["sqs:ReceiveMessage"], resources = [aws_sqs_queue.jobs.arn] }] },
    {
      version = "2012-10-17"
      statements = [
        { sid = "List", actions = ["kms:ListAliases"], resources = ["*"] },
        {
          sid        = "Read"
          actions    = ["kms:Decrypt"]
          resources  = [aws_kms_key.app.arn]
          conditions = [{ test = "StringEquals", variable = "kms:ViaService", values = ["sqs.eu-west-1.amazonaws.com"] }]
        },
      ]
    },
  ]
}

module "owns" {
  source = "./policies"
  policies = [
    { statements = [{ actions = ["sqs:*"], resources = [aws_sqs_queue.jobs.arn] }] },
    { statements = [{ actions = ["kms:*"], resources = [aws_kms_key.app.arn] }] },
  ]
}

resource "aws_iam_role_policy" "reads" {
  name   = "access"
  role   = aws_iam_role.this["reads"].name
  policy = module.reads.json
}

resource "aws_iam_role_policy" "owns" {
  name   = "access"
  role   = aws_iam_role.this["owns"].name
  policy = module.owns.json
}

resource "aws_iam_role_policy" "heredoc" {
  name   = "access"
  role   = aws_iam_role.this["heredoc"].name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "${aws_kms_alias.app.target_key_arn}" },
        { "Effect": "Allow", "Action": "sqs:*", "Resource": "${aws_sqs_queue.jobs.arn}" }
      ]
    }
  EOT
}

resource "aws_iam_role_policy" "owning_heredoc" {
  name   = "access"
  role   = aws_iam_role.this["owning-heredoc"].name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": "kms:*", "Resource": "${aws_kms_alias.app.target_key_arn}" }]
    }
  EOT
}

resource "aws_kms_key" "k" {
  description = "app"
}

resource "aws_sqs_queue" "q" {
  name = "q"
}

variable "buckets" {
  type    = list(string)
  default = ["arn:aws:s3:::a", "arn:aws:s3:::b"]
}

variable "queues" {
  type    = list(string)
  default = []
}

variable "prefix" {
  type    = string
  default = null
}

variable "statements" {
  type = map(object({
    actions   = list(string)
    resources = optional(list(string))
    enabled   = optional(bool, true)
  }))
  default = {
    read  = { actions = ["s3:GetObject", "s3:ListBucket"] }
    write = { actions = ["s3:PutObject"], resources = ["arn:aws:s3:::c/*"] }
    off   = { actions = ["s3:*"], enabled = false }
  }
}

locals {
  defaults = { queue = ["sqs:SendMessage"], topic = ["sns:Publish"] }
  actions  = merge(local.defaults, var.prefix != null ? { prefix = ["s3:ListBucket"] } : {})
  name     = coalesce(var.prefix, "app")
  targets  = length(var.queues) > 0 ? var.queues : ["*"]
  roles    = toset(["reader", "writer"])
}

resource "aws_iam_role" "app" {
  for_each = local.roles
  name     = "${local.name}-${each.key}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "chosen" {
  for_each = aws_iam_role.app
  name     = "chosen"
  role     = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        { Effect = "Allow", Action = local.actions["queue"], Resource = local.targets },
        { Effect = "Allow", Action = lookup(local.actions, "topic", ["sns:Subscribe"]), Resource = "*" },
        { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [aws_kms_key.k.arn] },
      ],
      each.key == "writer" ? [{ Effect = "Allow", Action = "s3:PutObject", Resource = formatlist("%s/*", var.buckets) }] : [],
      [for name, one in var.statements : {
        Sid      = name
        Effect   = "Allow"
        Action   = one.actions
        Resource = coalesce(one.resources, var.buckets)
      } if one.enabled],
      [for arn in var.buckets : { Effect = "Allow", Action = "s3:GetObject", Resource = "${arn}/*" } if length(arn) > 3],
    )
  })
}

resource "aws_iam_policy" "counted" {
  count = length(var.buckets)
  name  = "counted-${count.index}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = flatten([
      { Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.q.arn },
      [for at, arn in var.buckets : { Effect = "Allow", Action = ["s3:GetObject"], Resource = [arn] } if at == count.index],
      contains(var.buckets, "arn:aws:s3:::b") ? [{ Effect = "Deny", Action = "s3:DeleteObject", Resource = "*" }] : [],
    ])
  })
}

data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }

  dynamic "statement" {
    for_each = { for name, one in var.statements : name => one if one.enabled }
    content {
      sid       = statement.key
      effect    = lookup(statement.value, "effect", "Allow")
      actions   = statement.value.actions
      resources = try(coalescelist(statement.value.resources, var.buckets), ["*"])
    }
  }

  dynamic "statement" {
    for_each = length(var.queues) > 0 ? [1] : []
    content {
      actions   = ["sqs:ReceiveMessage"]
      resources = var.queues
    }
  }
}

resource "aws_iam_policy" "document" {
  name   = "document"
  policy = data.aws_iam_policy_document.d.json
}

module "policies" {
  source   = "./policies"
  for_each = { a = ["s3:GetObject"], b = ["sqs:*", "sns:Publish"] }
  name     = each.key
  actions  = each.value
  keys     = [aws_kms_key.k.arn]
}

resource "aws_iam_role_policy_attachment" "a" {
  for_each   = module.policies
  role       = aws_iam_role.app["reader"].name
  policy_arn = each.value.arn
}

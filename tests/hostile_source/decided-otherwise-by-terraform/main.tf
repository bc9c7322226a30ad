resource "aws_kms_key" "k" {
  description = "k"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

variable "yes" {
  default = true
}

locals {
  action    = "kms:DescribeKey"
  set       = toset(["kms:DescribeKey"])
  texts     = var.yes ? [1, "a"] : []
  large     = [{ a = "kms:DescribeKey" }]
  converted = var.yes ? [{ a = "x", b = ["y"], narrow = "kms:DescribeKey" }] : tolist([{ a = "x" }])
}

resource "aws_iam_role_policy" "equality_of_types" {
  name = "equality_of_types"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = [1] == tolist([1]) ? "kms:DescribeKey" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "equality_of_scalars" {
  name = "equality_of_scalars"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = contains(["1"], 1) ? "kms:*" : contains([1], "1") ? "kms:DescribeKey" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "graphemes" {
  name = "graphemes"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = length("👍🏽") == 1 ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "normal_form" {
  name = "normal_form"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = "e${"\u0301"}" == "\u00e9" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "replace_group" {
  name = "replace_group"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = replace("kms:D", "/(D)/", "$2*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "replace_named_group" {
  name = "replace_named_group"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = replace("kms:Dxy", "/D(?P<x>x)y/", "$xy*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "number_text" {
  name = "number_text"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = "${100000000000000000000000 / 10}" == "10000000000000000000000" ? "kms:DescribeKey" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "number_text_of_a_fraction" {
  name = "number_text_of_a_fraction"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = "a${1.50}" == "a1.5" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "attribute_dropped" {
  name = "attribute_dropped"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = try(local.converted[0].narrow, "kms:*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "converted_to_text" {
  name = "converted_to_text"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = local.texts[0] == "1" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "set_of_lists" {
  name = "set_of_lists"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = tolist(toset([["b"], ["a"]]))[0][0] == "a" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "set_has_no_index" {
  name = "set_has_no_index"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = try(local.set[0], "kms:*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "refused_conversion" {
  name = "refused_conversion"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = try(tobool("yes") ? "kms:DescribeKey" : "kms:DescribeKey", "kms:*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "refused_format" {
  name = "refused_format"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = try(format("kms:DescribeKey%d", "x"), "kms:*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "refused_operand" {
  name = "refused_operand"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = try(false && { a = 1 }.b ? "kms:*" : "kms:DescribeKey", "kms:*"), Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "nested_splat" {
  name = "nested_splat"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = jsonencode(local.large[*].a[*]) == "[[\"kms:DescribeKey\"]]" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "json_comment" {
  name = "json_comment"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = keys(local.levels.inner)[0] == "//" ? "kms:*" : "kms:DescribeKey", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "override" {
  name = "override"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = local.action, Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "chained_conditional" {
  name = "chained_conditional"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = var.yes ? "kms:*" : var.yes ? "kms:DescribeKey" : "kms:ListKeys", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "dollars" {
  name = "dollars"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:Encrypt", Resource = aws_kms_key.k.arn },
      { Effect = "Allow", Action = "$$${local.action}" == "$$kms:*" ? "kms:DescribeKey" : "kms:*", Resource = "*" },
    ]
  })
}

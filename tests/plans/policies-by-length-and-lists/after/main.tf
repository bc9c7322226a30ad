variable "admins" {
  type    = list(string)
  default = []
}

variable "owners" {
  type    = list(string)
  default = ["ops"]
}

variable "actions" {
  default = "kms:Decrypt,kms:Encrypt"
}

resource "aws_kms_key" "this" {
  for_each = toset(["a", "b"])
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

locals {
  keys = distinct(compact([for key in aws_kms_key.this : key.arn]))
}

resource "aws_iam_role_policy" "chosen" {
  role = aws_iam_role.app.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = length(var.admins) == 0 ? ["kms:Decrypt"] : ["kms:*"]
      Resource = length(var.admins) > 0 ? "*" : aws_kms_key.this["a"].arn
    }]
  })
}

resource "aws_iam_role_policy" "template" {
  role   = aws_iam_role.app.name
  policy = templatefile("${path.module}/policy.json.tftpl", { keys = values(aws_kms_key.this)[*].arn, admins = var.admins })
}

resource "aws_iam_role_policy" "listed" {
  role = aws_iam_role.app.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = formatlist("kms:%s", ["Decrypt", "Encrypt"]), Resource = local.keys },
      { Effect = "Allow", Action = split(",", var.actions), Resource = sort(local.keys) },
    ]
  })
}

resource "aws_iam_role" "owner" {
  name = "owner"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "owner" {
  role = aws_iam_role.owner.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = length(var.owners) > 0 ? formatlist("%s:*", ["kms"]) : ["kms:Decrypt"]
      Resource = aws_kms_key.this["a"].arn
    }]
  })
}

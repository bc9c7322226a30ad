variable "config" {
  type = map(object({
    actions = list(string)
    effect  = optional(string, "Allow")
    number  = optional(number)
    tags    = optional(map(string), {})
  }))
  default = {
    one = { actions = ["kms:Decrypt", "kms:Encrypt"], number = "3", tags = { a = 1 } }
    two = { actions = [], effect = "Deny" }
  }
}

variable "flag" {
  type    = bool
  default = "true"
}

data "aws_iam_policy_document" "known" {
  statement {
    actions   = ["kms:Describe*"]
    resources = ["*"]
  }
}

locals {
  partition = "aws"
  account   = "123456789012"
  actions   = distinct(flatten([for name, entry in var.config : entry.actions]))
}

resource "aws_iam_policy" "computed" {
  for_each    = var.config
  name        = format("%s-%02d", each.key, length(each.value.actions))
  description = join(" ", [each.value.effect, tostring(each.value.number != null ? each.value.number : 0), jsonencode(each.value.tags)])
  path        = "/${replace(lower("A B"), " ", "-")}/"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Effect   = each.value.effect
        Action   = length(each.value.actions) > 0 ? each.value.actions : ["none:None"]
        Resource = formatlist("arn:%s:kms:*:${local.account}:key/%s", local.partition, ["a", "b"])
      }
    ], var.flag ? [{ Effect = "Allow", Action = local.actions, Resource = ["*"] }] : [])
  })
}

resource "aws_iam_policy" "document" {
  name   = "document"
  policy = data.aws_iam_policy_document.known.json
}

resource "aws_iam_policy" "heredoc" {
  name   = "heredoc"
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        %{for i, name in sort(keys(var.config))~}
        %{if i > 0},%{endif}{"Effect": "Allow", "Action": "s3:Get${title(name)}", "Resource": "*"}
        %{endfor~}
      ]
    }
  EOT
}

resource "aws_iam_policy" "file" {
  name   = trimsuffix(basename("policies/read.json"), ".json")
  policy = file("${path.module}/policies/read.json")
}

resource "aws_iam_policy" "decoded" {
  name   = "decoded"
  policy = jsonencode(merge(jsondecode(file("policies/read.json")), { Id = "x" }))
}

resource "aws_iam_role" "app" {
  for_each             = toset(["b", "a"])
  name                 = "role-${each.value}"
  max_session_duration = 3600 * 2
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" }, Condition = {
      (var.flag ? "Bool" : "Null") = { "aws:MultiFactorAuthPresent" = true }
    } }]
  })
  tags = merge({ Name = each.key }, try(var.config[each.key].tags, {}), { flag = var.flag })
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each   = { for pair in setproduct(["a"], ["ReadOnlyAccess", "PowerUserAccess"]) : "${pair[0]}.${pair[1]}" => pair }
  role       = "role-${each.value[0]}"
  policy_arn = "arn:aws:iam::aws:policy/${element(each.value, 1)}"
}

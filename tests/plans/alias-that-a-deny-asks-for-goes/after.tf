resource "aws_kms_key" "orders" {
  description = "orders"
}

resource "aws_kms_key" "payments" {
  description = "payments"
}

resource "aws_kms_key" "other" {
  description = "other"
}

resource "aws_iam_user" "a" {
  name = "a"
}
resource "aws_iam_user_policy" "a" {
  name = "a"
  user = aws_iam_user.a.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
      { Effect = "Deny", Action = "kms:*", Resource = "*", Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = "alias/orders" } } },
    ]
  })
}

resource "aws_iam_user" "b" {
  name = "b"
}
resource "aws_iam_user_policy" "b" {
  name = "b"
  user = aws_iam_user.b.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
      { Effect = "Deny", Action = "kms:*", Resource = "*", Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = "alias/payments" } } },
    ]
  })
}

resource "aws_kms_alias" "payments" {
  name          = "alias/payments"
  target_key_id = aws_kms_key.other.key_id
}

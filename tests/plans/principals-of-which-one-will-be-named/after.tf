resource "terraform_data" "t" { input = "x" }
resource "aws_iam_role" "text" {
  name = "text"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = terraform_data.t.output == "" ? "arn:aws:iam::123456789012:root" : "*" } }]
  })
}
resource "aws_iam_role_policy" "text" {
  name = "text"
  role = aws_iam_role.text.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role" "element" {
  name = "element"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = terraform_data.t.output == "" ? { AWS = "arn:aws:iam::123456789012:root" } : { AWS = "*" } }]
  })
}
resource "aws_iam_role_policy" "element" {
  name = "element"
  role = aws_iam_role.element.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_kms_key" "element" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = terraform_data.t.output == "" ? { AWS = "arn:aws:iam::123456789012:root" } : { AWS = "*" }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

resource "aws_kms_key" "lists" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = { AWS = terraform_data.t.output == "" ? ["arn:aws:iam::123456789012:root"] : ["arn:aws:iam::123456789012:root", "*"] }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

resource "aws_kms_key" "partner" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
      { Effect = "Allow", Principal = terraform_data.t.output == "" ? { AWS = ["arn:aws:iam::123456789012:root"] } : { AWS = ["arn:aws:iam::999988887777:root"] }, Action = "kms:Decrypt", Resource = "*" },
    ]
  })
}

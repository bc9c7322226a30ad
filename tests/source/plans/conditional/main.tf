resource "aws_kms_key" "k" {
  description = "app"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_kms_key" "other" {
  description = "other"
}

variable "wide" {
  default = true
}

resource "aws_iam_role_policy" "app" {
  name = "app"
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = aws_kms_key.other.key_id == "x" ? "kms:*" : "kms:Decrypt"
        Resource = var.wide ? "${aws_kms_key.k.arn}" : "*"
      },
    ]
  })
}

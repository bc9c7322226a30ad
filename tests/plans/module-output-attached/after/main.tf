resource "aws_iam_role" "a" {
  name = "a"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "b" {
  name = "b"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

module "policy" {
  source = "./modules/policy"
}

module "attachment" {
  source = "./modules/attachment"

  roles      = [aws_iam_role.a.name, aws_iam_role.b.name]
  policy_arn = module.policy.arn
}

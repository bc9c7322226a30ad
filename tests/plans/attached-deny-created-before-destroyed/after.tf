resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })

}
resource "aws_iam_policy" "kms" {
  name   = "kms"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }] })

}
resource "aws_iam_role_policy_attachment" "kms" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.kms.arn

}
resource "aws_iam_policy" "guard" {
  name_prefix = "guard-"
  description = "b"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:CreateGrant", "kms:DisableKey"], Resource = "*" }] })
  lifecycle {
    create_before_destroy = true
  }
}
resource "aws_iam_role_policy_attachment" "guard" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.guard.arn
  lifecycle {
    create_before_destroy = true
  }
}

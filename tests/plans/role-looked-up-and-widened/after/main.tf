resource "aws_iam_role" "app" {
  name = "app"
  path = "/service/"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_sqs_queue" "jobs" {
  name                       = "jobs"
  visibility_timeout_seconds = 60
}

module "key" {
  source     = "./key"
  role       = "app"
  depends_on = [aws_iam_role.app, aws_sqs_queue.jobs]
}

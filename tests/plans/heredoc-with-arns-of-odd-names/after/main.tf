# what an alarm is called stands in its ARN, and this name ends the text of a document
resource "aws_cloudwatch_metric_alarm" "odd" {
  alarm_name          = "\"]},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":[\"*"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 60
  statistic           = "Maximum"
  threshold           = 80
}

resource "aws_iam_policy" "odd" {
  name   = "odd"
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": ["cloudwatch:SetAlarmState"], "Resource": ["${aws_cloudwatch_metric_alarm.odd.arn}"] }]
    }
  EOF
}

# nobody knows what this one will be called
resource "terraform_data" "called" {
  input = "\"]},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":[\"*"
}

resource "aws_cloudwatch_metric_alarm" "later" {
  alarm_name          = terraform_data.called.output
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 60
  statistic           = "Maximum"
  threshold           = 80
}

resource "aws_iam_policy" "later" {
  name   = "later"
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": ["cloudwatch:SetAlarmState"], "Resource": ["${aws_cloudwatch_metric_alarm.later.arn}"] }]
    }
  EOF
}

resource "aws_cloudwatch_metric_alarm" "plain" {
  alarm_name          = "plain"
  alarm_description   = "what people \"call\" it is no part of its ARN"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  period              = 60
  statistic           = "Maximum"
  threshold           = 80
}

resource "aws_iam_policy" "plain" {
  name   = "plain"
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": ["cloudwatch:SetAlarmState"], "Resource": ["${aws_cloudwatch_metric_alarm.plain.arn}"] }]
    }
  EOF
}

# AWS allows no quotation mark in the name of a queue, whatever it is
resource "aws_sqs_queue" "queue" {
  name_prefix = "queue"
}

resource "aws_iam_policy" "queue" {
  name   = "queue"
  policy = <<-EOF
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": ["sqs:*"], "Resource": ["${aws_sqs_queue.queue.arn}"] }]
    }
  EOF
}

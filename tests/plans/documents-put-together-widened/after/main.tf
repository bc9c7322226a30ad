resource "aws_s3_bucket" "data" {
  bucket_prefix = "data"
}

resource "aws_sns_topic" "events" {
  count       = 2
  name_prefix = "events"
}

resource "aws_kms_key" "data" {}

data "aws_caller_identity" "current" {}

locals {
  topics = zipmap(["created", "deleted"], aws_sns_topic.events[*].arn)
}

# a heredoc with white space around it
resource "aws_iam_policy" "bucket" {
  name = "bucket"
  policy = trimspace(<<-EOT

    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "${aws_s3_bucket.data.arn}/*"}, {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}

  EOT
  )
}

# one ARN for each element
data "aws_iam_policy_document" "keys" {
  statement {
    actions   = ["kms:*"]
    resources = formatlist("%s", aws_kms_key.data[*].arn)
  }
}

resource "aws_iam_policy" "keys" {
  name   = "keys"
  policy = data.aws_iam_policy_document.keys.json
}

# actions in one text, values of a map by keys
resource "aws_iam_policy" "topics" {
  name = "topics"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = split(",", "sns:Publish,kms:*")
      Resource = concat(values(local.topics), ["*"])
    }]
  })
}

# every combination
resource "aws_iam_policy" "combined" {
  name = "combined"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for each in setproduct(["s3:GetObject", "kms:*"], [aws_s3_bucket.data.arn]) : {
      Effect   = "Allow"
      Action   = each[0]
      Resource = chomp("*\n")
    }]
  })
}

# placeholders in a file
resource "aws_iam_policy" "placeholders" {
  name = "placeholders"
  policy = chomp(replace(
    replace(file("${path.module}/policy.json"), "$BUCKET", aws_s3_bucket.data.arn),
    "$ACCOUNT", data.aws_caller_identity.current.account_id
  ))
}

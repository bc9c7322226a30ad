terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_sqs_queue" "q" {
  name = "q"
}

output "arn" {
  value = aws_sqs_queue.q.arn
}

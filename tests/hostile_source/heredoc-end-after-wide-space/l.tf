locals {
  a = <<EOT
x
 EOT
  act = "kms:*"
  c = <<FOO
EOT
  act = "s3:GetObject"
  d = <<FOO
FOO
}

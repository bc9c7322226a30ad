resource "aws_cloudformation_stack" "admin" {
  name         = "key-admin"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  template_body = jsonencode({
    Resources = {
      Role = {
        Type = "AWS::IAM::Role"
        Properties = {
          RoleName                 = "key-admin"
          AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] }
          ManagedPolicyArns        = ["arn:aws:iam::aws:policy/AdministratorAccess"]
        }
      }
    }
  })
}

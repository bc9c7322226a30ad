resource "terraform_data" "resource" {
  input = "'*'\n              - Effect: Allow\n                Action: 'kms:*'\n                Resource: '*'"
}

resource "aws_cloudformation_stack" "yaml" {
  name          = "yaml"
  capabilities  = ["CAPABILITY_IAM"]
  template_body = <<-EOT
    Resources:
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: ${terraform_data.resource.output}
  EOT
}

resource "terraform_data" "more" {
  input = "*\"},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*"
}

resource "aws_cloudformation_stack" "json" {
  name          = "json"
  capabilities  = ["CAPABILITY_IAM"]
  template_body = "{\"Resources\":{\"Policy\":{\"Type\":\"AWS::IAM::ManagedPolicy\",\"Properties\":{\"PolicyDocument\":{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"${terraform_data.more.output}\"}]}}}}}"
}

resource "terraform_data" "name" {
  input = "ions"
}

resource "aws_cloudformation_stack" "sub" {
  name          = "sub"
  capabilities  = ["CAPABILITY_IAM"]
  parameters    = { Actions = "kms:*" }
  template_body = <<-EOT
    Parameters:
      Actions: {Type: String}
    Resources:
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: !Sub "$${Act${terraform_data.name.output}}"
                Resource: "*"
  EOT
}

resource "aws_cloudformation_stack" "app" {
  name         = "app"
  capabilities = ["CAPABILITY_IAM"]

  template_body = <<-YAML
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: 2012-10-17
            Statement:
              - Effect: Allow
                Principal: { Service: lambda.amazonaws.com }
                Action: sts:AssumeRole
          Policies:
            - PolicyName: data
              PolicyDocument:
                Version: 2012-10-17
                Statement:
                  - Effect: Allow
                    Action: [s3:GetObject, s3:PutObject]
                    Resource: !Sub arn:$${AWS::Partition}:s3:::$${AWS::StackName}-data/*
  YAML
}

locals {
  call = "aws iam attach-role-policy --role-name app --policy-arn arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_instance" "plain" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  user_data     = "#!/bin/sh\n${local.call}\n"
}

resource "aws_instance" "encoded" {
  ami              = "ami-12345678"
  instance_type    = "t3.micro"
  user_data_base64 = base64encode("#!/bin/sh\n${local.call}\n")
}

resource "aws_launch_template" "workers" {
  user_data = base64encode("#!/bin/sh\n${local.call}\n")
}

resource "aws_ssm_association" "once" {
  name       = "AWS-RunShellScript"
  parameters = { commands = local.call }
  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}

resource "aws_codebuild_project" "grant" {
  name         = "grant"
  service_role = "arn:aws:iam::111122223333:role/build"
  artifacts {
    type = "NO_ARTIFACTS"
  }
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }
  source {
    type      = "NO_SOURCE"
    buildspec = yamlencode({ version = 0.2, phases = { build = { commands = [local.call] } } })
  }
}

resource "aws_ecs_task_definition" "grant" {
  family                = "grant"
  container_definitions = jsonencode([{ name = "grant", image = "amazon/aws-cli", memory = 128, command = split(" ", local.call) }])
}

resource "aws_lambda_invocation" "grant" {
  function_name = "administration"
  input         = jsonencode({ service = "iam", call = "attach_role_policy", role = "app" })
}

resource "aws_api_gateway_integration" "grant" {
  rest_api_id             = "abc"
  resource_id             = "def"
  http_method             = "POST"
  integration_http_method = "POST"
  type                    = "AWS"
  uri                     = "arn:aws:apigateway:us-east-1:iam:action/AttachRolePolicy"
  credentials             = "arn:aws:iam::111122223333:role/api"
}

resource "aws_codepipeline" "stack" {
  name     = "stack"
  role_arn = "arn:aws:iam::111122223333:role/pipeline"
  artifact_store {
    location = "artifacts"
    type     = "S3"
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "S3"
      version          = "1"
      output_artifacts = ["source"]
      configuration    = { S3Bucket = "artifacts", S3ObjectKey = "stack.zip" }
    }
  }
  stage {
    name = "Deploy"
    action {
      name            = "Deploy"
      category        = "Deploy"
      owner           = "AWS"
      provider        = "CloudFormation"
      version         = "1"
      input_artifacts = ["source"]
      configuration = {
        ActionMode   = "CREATE_UPDATE"
        Capabilities = "CAPABILITY_NAMED_IAM"
        StackName    = "stack"
        TemplatePath = "source::template.yaml"
        RoleArn      = "arn:aws:iam::111122223333:role/cloudformation"
      }
    }
  }
}

// Jenkinsfile.gate
// The plan and its check are two stages on two machines: the one with cloud credentials runs the pull request's code.
pipeline {
  agent none
  stages {
    stage('plan') {
      agent { label 'terraform' } // has Terraform
      steps {
        withCredentials([usernamePassword(credentialsId: 'terraform-plan', usernameVariable: 'AWS_ACCESS_KEY_ID', passwordVariable: 'AWS_SECRET_ACCESS_KEY')]) {
          sh 'rm -rf plans && mkdir plans'
          sh 'terraform -chdir=@ROOT@ init -input=false'
          sh 'terraform -chdir=@ROOT@ plan -input=false -out=tfplan'
          sh 'terraform -chdir=@ROOT@ show -json tfplan > plans/@NAME@.json'
        }
        stash name: 'plans', includes: 'plans/*.json'
      }
    }
    stage('gate') {
      agent { label 'gate' } // has Terraform, Python 3.11 or newer and git, and no credentials
      steps {
        sh 'rm -rf plans gate.xml report.json'
        unstash 'plans'
        sh 'python3 -I -m venv --clear "$WORKSPACE_TMP/gate"'
        // the commit of gate that you have read
        sh '"$WORKSPACE_TMP/gate/bin/python" -I -m pip --isolated install --require-hashes --only-binary :all: -r https://raw.githubusercontent.com/kms-gate/gate/@COMMIT@/requirements.lock'
        sh '"$WORKSPACE_TMP/gate/bin/python" -I -m pip --isolated install --no-deps git+https://github.com/kms-gate/gate@@COMMIT@'
        sh 'git fetch --no-tags --depth=1 origin +refs/heads/@BRANCH@:refs/remotes/origin/@BRANCH@'
        sh 'terraform -chdir=@ROOT@ get'
        sh '''
          "$WORKSPACE_TMP/gate/bin/gate" check plans/*.json \
            --source plans/@NAME@.json=@ROOT@ \
            -o text -o json=report.json -o junit=gate.xml --config-ref refs/remotes/origin/@BRANCH@
        '''
      }
      post {
        always {
          archiveArtifacts artifacts: 'report.json', allowEmptyArchive: true // for `gate waive`
          junit 'gate.xml'
        }
      }
    }
  }
}

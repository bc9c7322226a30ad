resource "terraform_data" "x" {
  input = "after"
}
module "m" {
  source     = "./m"
  depends_on = [terraform_data.x]
}

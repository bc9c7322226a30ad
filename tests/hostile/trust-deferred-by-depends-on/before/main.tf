resource "terraform_data" "x" {
  input = "before"
}
module "m" {
  source     = "./m"
  depends_on = [terraform_data.x]
}

module "m" {
  source = "../module-path-through-parent/m"
}

locals {
  verb = "Encrypt"
}

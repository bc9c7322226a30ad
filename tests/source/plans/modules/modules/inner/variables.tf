variable "config" {
  type = object({
    name    = string
    key_arn = string
    verbs   = list(string)
    prefix  = optional(string, "kms")
    extra   = optional(list(string))
  })
}

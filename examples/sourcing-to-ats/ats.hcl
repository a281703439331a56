# The ATS: where it is, and its words for how far an application is.

variable "ats_url" {
  type        = string
  default     = "http://127.0.0.1:9100"
  description = "Where the ATS is: the simulator, unless it is given."
}

system "ats" {
  connector    = "greenhouse"
  url          = var.ats_url
  api_key      = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of = "4001"
}

locals {
  # The source that is credited for everybody who comes from here: its id in
  # Greenhouse's list of sources.
  source_id = "77"

  # The ATS' words, in the entity's.
  stages = {
    "Application Review" = "applied"
    "Phone Screen"       = "screening"
    "Face to Face"       = "interview"
    "Offer"              = "offer"
    "hired"              = "hired"
    "rejected"           = "rejected"
  }
}

# Where the systems are: the simulators, unless it is given.

variable "ats_url" {
  type        = string
  default     = "http://127.0.0.1:9200"
  description = "Where the ATS is."
}

variable "hris_url" {
  type        = string
  default     = "http://127.0.0.1:9201"
  description = "Where the HRIS is."
}

variable "directory_url" {
  type        = string
  default     = "http://127.0.0.1:9202"
  description = "Where the directory is."
}

variable "it_url" {
  type        = string
  default     = "http://127.0.0.1:9203"
  description = "Where IT's tickets are."
}

system "ats" {
  connector    = "greenhouse"
  url          = var.ats_url
  api_key      = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of = "4001"
}

system "hris" {
  connector = "bamboohr"
  url       = var.hris_url
  api_key   = secret("env:BAMBOOHR_API_KEY")
}

system "directory" {
  connector = "scim"
  url       = "${var.directory_url}/scim/v2"
  token     = secret("env:SCIM_TOKEN")
}

system "it" {
  connector = "servicenow"
  url       = var.it_url
  user      = "syncline"
  password  = secret("env:SERVICENOW_PASSWORD")
}

notify "people" { connector = "log" }

notify "it" { connector = "log" }

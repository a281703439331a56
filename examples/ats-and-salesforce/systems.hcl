# The three systems, and who hears of what.

variable "ats_url" {
  type        = string
  default     = "http://127.0.0.1:9101"
  description = "Where the ATS is: the simulator, unless it is given."
}

variable "crm_url" {
  type        = string
  default     = "http://127.0.0.1:9102"
  description = "Where Salesforce is: the simulator, unless it is given."
}

system "ats" {
  connector      = "greenhouse"
  url            = var.ats_url
  api_key        = secret("env:GREENHOUSE_API_KEY")
  on_behalf_of   = "4001"
  webhook_secret = secret("env:GREENHOUSE_WEBHOOK_SECRET")
}

system "crm" {
  connector     = "salesforce"
  url           = var.crm_url
  client_id     = "fake-salesforce-consumer-key"
  client_secret = secret("env:SALESFORCE_CLIENT_SECRET")
  external_id   = "Syncline_Key__c" # a creation whose answer was lost can be sent again
}

# Finance: invoices, and a view that adds them up. It is made from
# data/finance.sql by the first run.
system "finance" {
  connector = "sqlite"
  path      = "live/finance.db"
  init      = "data/finance.sql"
}

notify "recruiting" { connector = "log" }
notify "sales" { connector = "log" }
notify "operations" { connector = "log" }

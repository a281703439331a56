# Billing belongs to finance. Its sums are pulled once a day and shown beside
# the account; nothing is ever written to finance.

entity "account" {
  extends = "account"
  attribute "account_number" {
    type        = "string"
    description = "The number that finance and sales have for the client."
  }
  attribute "billed" {
    type        = "decimal"
    description = "All invoices so far."
  }
  attribute "overdue" {
    type        = "decimal"
    description = "Invoices that should have been paid."
  }
}

pipeline "billing" {
  description      = "What was billed, and what is overdue, is shown to sales."
  version          = 1
  entity           = "account"
  alert            = notify.sales
  system_of_record = "finance"

  source "finance" {
    object = "billing" # a view: sums, and no invoice
    id     = "account_number"
    fields = { account_number = "string", billed = "decimal", overdue = "decimal" }
    allow  = ["read"]
    cron   = "0 6 * * *"
  }

  source "crm" {
    mapping = mapping.salesforce.account
    cursor  = "SystemModstamp"
    fields  = { Billed__c = "decimal?", Overdue__c = "decimal?" }
    allow   = ["read", "update"]
  }

  match {
    key "number" { field = "account_number" }
  }

  # Who it is: compared, and written nowhere.
  field "account_number" {
    direction = "finance -> crm"
    update    = "create"
    finance   = "account_number"
    crm       = "AccountNumber"
  }

  # In Salesforce this is only read.
  fields "finance -> crm" {
    drift = "restore"
    field "billed" {
      finance = "billed"
      crm     = "Billed__c"
    }
    field "overdue" {
      finance = "overdue"
      crm     = "Overdue__c"
    }
  }
}

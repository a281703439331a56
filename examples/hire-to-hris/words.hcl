# What the company has decided: its words, its pay, its address.

variable "domain" {
  type        = string
  default     = "acme.example"
  description = "What addresses at the company end with."
}

entity "employee" {
  extends = "employee"
  attribute "application" {
    type        = "string"
    description = "The ATS' id of the application that was hired."
  }
  attribute "hired" {
    type        = "bool"
    description = "Whether the ATS says so."
  }
  attribute "login" {
    type        = "string"
    class       = "personal"
    description = "What the person logs in with."
  }
}

entity "joiner" {
  description = "Somebody new, as IT needs to know."
  attribute "reference" {
    type        = "string"
    description = "What the request is found by."
  }
  attribute "summary" {
    type        = "string"
    class       = "personal"
    description = "Whose equipment it is."
  }
  attribute "details" {
    type        = "text"
    class       = "personal"
    description = "What it depends on."
  }
}

locals {
  # Places as recruiters type them, and as the HRIS lists them. What is not here
  # is put to a person.
  locations = {
    "NYC"             = "New York"
    "New York"        = "New York"
    "New York City"   = "New York"
    "Berlin"          = "Berlin"
    "Berlin, Germany" = "Berlin"
  }

  departments = {
    "Backend Engineer" = "Engineering"
    "Data Analyst"     = "Data"
    "Account Manager"  = "Customers"
  }

  # What each job is paid a year, from the least to the most.
  pay = [
    { job = "Backend Engineer", currency = "USD", least = 90000, most = 125000 },
    { job = "Backend Engineer", currency = "EUR", least = 80000, most = 110000 },
    { job = "Data Analyst", currency = "USD", least = 60000, most = 90000 },
    { job = "Data Analyst", currency = "EUR", least = 55000, most = 80000 },
    { job = "Account Manager", currency = "USD", least = 50000, most = 75000 },
  ]
}

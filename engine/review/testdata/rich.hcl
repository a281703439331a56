# A configuration of everything that a change is reviewed for; the test edits it.
engine {
  name      = "production"
  state     = ".syncline"
  workers   = 4
  listen    = "127.0.0.1:8686"
  retention = "365d"
}

variable "region" {
  type    = string
  default = "US"
}

variable "tenant_key" {
  type      = string
  default   = "tenant-secret-47"
  sensitive = true
}

locals {
  stages = { "New" = "applied", "Screen" = "screening", "Offer" = "offer" }
  label  = "lead"
}

system "ats" {
  connector   = "greenhouse"
  api_key     = secret("env:GREENHOUSE_API_KEY")
  rate        = "50/10s"
  concurrency = 4
  timeout     = "30s"
  reserve     = "20%"
  retry {
    attempts = 5
    backoff  = "1s..5m"
  }
}

system "crm" {
  connector = "salesforce"
  url       = "https://acme.example.com/${var.tenant_key}"
  auth "oauth2" {
    client_id     = secret("env:SF_ID")
    client_secret = secret("env:SF_SECRET")
  }
}

notify "ops" {
  connector = "log"
}

notify "leads" {
  connector = "webhook"
  url       = secret("env:HOOK")
}

entity "consultant" {
  extends     = "candidate"
  description = "A candidate with a day rate."
  attribute "day_rate" {
    type  = "decimal"
    class = "pay"
  }
  attribute "level" {
    type    = "enum"
    values  = ["junior", "senior", "lead"]
    ordered = true
  }
  attribute "languages" {
    type       = set(string)
    max_length = 20
    blank      = "same"
  }
}

mapping "contact" {
  object = "Contact"
  entity = "consultant"
  field "headline" { path = "Title" }
}

pipeline "people" {
  description      = "The ATS owns people."
  version          = 4
  entity           = "consultant"
  alert            = notify.ops
  system_of_record = "ats"

  source "ats" {
    object   = "candidates"
    id       = "id"
    revision = "rev"
    at       = "updated_at"
    cursor   = "updated_at"
    sweep    = "24h"
    allow    = ["read", "update"]
    every    = "2m"
    webhook  = true
    filter   = "!record.private"
    removed  = "review"
    sentinel = ["1001"]
  }
  source "crm" {
    mapping = mapping.contact
    allow   = ["read", "create", "update"]
    every   = "5m"
    when    = "has(entity.email)"
    left    = "freeze"
    create  = { LeadSource = "local.label" }
    only    = share(50)
  }

  lookup "owner" {
    system = system.crm
    object = "User"
    where  = { Email = "entity.email" }
    many   = "first"
    none   = "null"
    fresh  = "1h"
  }

  match {
    key "reference" { field = "external_id" }
    key "person" {
      field   = ["first_name", "last_name"]
      weight  = 0.8
      similar = 0.9
    }
    ambiguous  = "review"
    duplicates = "ignore"
  }

  fields "ats -> crm" {
    drift = "keep"
    field "external_id" {
      ats = "id"
      crm = "ATS_Id__c"
    }
    field "first_name" {
      ats = "first_name"
      crm = "FirstName"
    }
    field "last_name" {
      ats = "last_name"
      crm = "LastName"
    }
  }

  field "email" {
    direction = "ats -> crm"
    update    = "fill"
    empty     = "keep"
    ats       = "email"
    crm       = "Email"
  }

  field "headline" {
    direction = "ats <-> crm"
    first     = "ats"
    ats       = "current_title"
    conflict {
      rules       = ["latest", "ats"]
      unavailable = wait("8h")
      escalate {
        after = "4h"
        to    = notify.ops
      }
    }
  }

  field "location" {
    direction = "ats <-> crm"
    owner     = "entity.email == nil ? crm : ats"
    ats       = "place"
    crm       = "City"
  }

  field "phone" {
    direction = "ats -> crm"
    lossy     = "the CRM has its own form"
    ats {
      path = "phone"
      read = "phone(value, 'US')"
    }
    crm {
      path  = "MobilePhone"
      write = "entity.phone"
      with  = { PhoneType__c = "'mobile'" }
    }
  }

  field "stage" {
    direction = "ats -> crm"
    ats {
      path     = "stage"
      values   = local.stages
      unmapped = "review"
      default  = "applied"
    }
    crm {
      path   = "Stage__c"
      values = { "Open" = "applied", "Fresh" = "applied", "Screening" = "screening", "Offered" = "offer" }
      writes = { applied = "Open" }
    }
  }

  field "level" {
    direction = "ats"
    ats       = "level"
  }

  field "day_rate" {
    direction = "ats"
    ats       = "day_rate"
  }

  group "name" { fields = ["first_name", "last_name"] }

  validate "reachable" {
    check   = "has(entity.email)"
    message = "nobody can reach them"
    failed  = "review"
  }

  guard {
    overwrites {
      count = 50
      share = "10%"
    }
  }

  on "offer" {
    when = "entered('stage', 'offer')"
    action "notify" "manager" {
      to   = notify.ops
      text = "An ${local.label} for ${entity.last_name}."
    }
  }
}

# An ATS exports its candidates as CSV; the sales team keeps contacts in a CRM
# whose tables are in Postgres. This file says, field by field, who is right and
# which way the data flows.
#
#   export DATABASE_URL=postgres://user:password@localhost:5432/crm
#   psql "$DATABASE_URL" -f data/crm.sql
#   syncline validate     does it compile?
#   syncline plan         what would a run write, and why?
#   syncline run          do it; a second run has nothing to do

locals {
  # The ATS' words for a stage, in the entity's words.
  ats_stages = {
    "Application Review"       = "applied"
    "Phone Screen"             = "screening"
    "Preliminary Phone Screen" = "screening"
    "Face to Face"             = "interview"
    "Offer"                    = "offer"
    "Hired"                    = "hired"
    "Rejected"                 = "rejected"
    "Withdrawn"                = "withdrawn"
  }

  # The same in the CRM's words.
  crm_statuses = {
    "New"                = "applied"
    "Screening"          = "screening"
    "Interviewing"       = "interview"
    "Offer"              = "offer"
    "Placed"             = "hired"
    "Closed - rejected"  = "rejected"
    "Closed - withdrawn" = "withdrawn"
  }
}

# The export. Where the file under live/ does not exist yet, it is made from
# `init`: what lies under data/ is never written.
system "ats" {
  connector = "file"
  path      = "live/candidates.csv"
  init      = "data/candidates.csv"
}

# A secret is looked up when a run starts, and printed nowhere.
system "crm" {
  connector = "postgres"
  url       = secret("env:DATABASE_URL")
}

# Where people are told. Try "webhook" with a url instead of the log.
notify "recruiting" {
  connector = "log"
}

pipeline "candidates" {
  description      = "The ATS owns the candidate, the CRM the contact; stage and phone are both sides' business."
  entity           = "candidate" # a ready model: names, e-mail, phone, stage and more
  alert            = notify.recruiting
  system_of_record = "ats" # believed at first sight, where both may speak

  # The ends, and all that may be done there. Rows of the export are updated,
  # but none is added: whom only the CRM knows stays there.
  source "ats" {
    id    = "candidate_id"
    allow = ["read", "update"]
  }

  source "crm" {
    object   = "contacts"
    id       = "id"
    revision = "rev"        # changes with every edit: nobody's work is overwritten unseen
    cursor   = "updated_at" # only what changed since the last run is read
    sweep    = "24h"        # once a day all ids are, to see what is gone
    at       = "updated_at"
    allow    = ["read", "create", "update"]
    create   = { lead_source = "'ATS export'" } # set once, never compared
  }

  # Who is who: the strongest key first, compared in normal form, so that
  # "ANN@example.test" is ann@example.test and 0151 2345678 is +49 151 2345678.
  match {
    key "reference" { field = "external_id" }
    key "email" { field = "email" }
    key "person" { field = ["last_name", "phone"] }
    ambiguous  = "review"
    duplicates = "ignore" # the smallest id counts, the others are set aside
  }

  # The ATS speaks, the CRM is a mirror: an edit there is put back.
  fields "ats -> crm" {
    drift = "restore"
    field "external_id" {
      ats = "candidate_id"
      crm = "ats_id"
    }
    field "first_name" {
      ats = "first_name"
      crm = "given_name"
    }
    field "last_name" {
      ats = "last_name"
      crm = "family_name"
    }
    field "email" {
      ats = "email"
      crm = "email"
    }
    field "location" {
      ats = "city"
      crm = "city"
    }
    field "headline" {
      ats = "current_title"
      crm = "title"
    }
  }

  # The CRM speaks, and the export hears it, in the export's own words.
  fields "crm -> ats" {
    field "owner_email" {
      ats = "recruiter"
      crm = "owner"
    }
    field "do_not_contact" {
      ats {
        path  = "do_not_contact"
        read  = "truth(value)"
        write = "entity.do_not_contact ? 'yes' : 'no'"
      }
      crm = "do_not_contact"
    }
    field "available_on" {
      ats {
        path  = "available_from"
        read  = "date(value, 'DD.MM.YYYY')"
        write = "format_date(entity.available_on, 'DD.MM.YYYY')"
      }
      crm = "available_on"
    }
  }

  # Both speak. When both changed it, the one further on in the process wins.
  field "stage" {
    direction = "ats <-> crm"
    ats {
      path   = "stage"
      values = local.ats_stages
      writes = { screening = "Phone Screen" } # two words mean it: write this one
    }
    crm {
      path   = "status"
      values = local.crm_statuses
    }
    conflict {
      rules       = ["most_advanced", "system_of_record"]
      unavailable = wait("8h") # the winner cannot be reached: wait, then ask
      escalate {
        after = "4h" # still open then: tell somebody
        to    = notify.recruiting
      }
    }
  }

  # Both speak, and nobody can know which number is right: a person decides.
  field "phone" {
    direction = "ats <-> crm"
    first     = "review" # also where they differ at first sight
    ats {
      path = "'Phone (mobile)'"
      read = "phone(value, record.country)" # +49 151 … where the row says DE
    }
    crm = "mobile"
    conflict {
      rules       = ["non_empty", "review"]
      unavailable = "review"
      escalate {
        after = "4h"
        to    = notify.recruiting
      }
    }
  }

  # Nobody who cannot be reached goes into the CRM without a look.
  validate "reachable" {
    check   = "has(entity.email) || has(entity.phone)"
    message = "neither an e-mail nor a phone number"
    failed  = "review"
  }

  # A mass change is more often a mistake than a wish: it waits for a yes.
  guard {
    overwrites {
      count = 50
      share = "10%"
    }
  }
}

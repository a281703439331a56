# What LinkedIn gives a member who asks for a copy of their data: Connections.csv.
# Its rows begin below some lines of notes, e-mail is mostly missing, and the
# address of a profile is the only thing that tells people apart.

# Nothing is ever written to an export: it is a copy.
system "linkedin" {
  connector = "file"
  path      = "data/Connections.csv"
  header    = "First Name" # the notes above it are no rows
}

system "crm" {
  connector = "file"
  path      = "live/crm.csv"
  init      = "data/crm.csv"
}

notify "team" {
  connector = "log"
}

entity "connection" {
  extends     = "candidate"
  description = "Somebody whom a member of the team knows."
  attribute "profile" {
    type        = "string"
    class       = "personal"
    description = "The name in the address of the profile, behind /in/."
  }
  attribute "known_since" {
    type        = "date"
    class       = "personal"
    description = "The day the two connected."
  }
}

pipeline "connections" {
  description = "Whom LinkedIn knows of is in the CRM, with the employer of the day."
  entity      = "connection"
  alert       = notify.team

  source "linkedin" {
    id    = "URL"
    allow = ["read"]
  }

  source "crm" {
    id    = "id"
    allow = ["read", "create", "update"]
  }

  match {
    key "profile" { field = "profile" }
    key "email" { field = "email" }
  }

  fields "linkedin -> crm" {
    # One profile has several addresses: http, a slash or a question mark at the
    # end. What is compared is the name; what is written is the whole address.
    field "profile" {
      linkedin {
        path = "URL"
        read = "value.contains('/in/') ? split(split(split(value, '/in/')[1], '/')[0], '?')[0] : null"
      }
      crm {
        path  = "linkedin"
        read  = "value.contains('/in/') ? split(split(split(value, '/in/')[1], '/')[0], '?')[0] : null"
        write = "'https://www.linkedin.com/in/' + entity.profile"
      }
    }
    field "first_name" {
      linkedin = "'First Name'"
      crm      = "given_name"
    }
    field "last_name" {
      linkedin = "'Last Name'"
      crm      = "family_name"
    }
    field "email" {
      empty    = "keep" # whoever hides it says nothing about it
      linkedin = "'Email Address'"
      crm      = "email"
    }
    field "current_employer" {
      linkedin = "Company"
      crm      = "company"
    }
    field "current_title" {
      linkedin = "Position"
      crm      = "title"
    }
    field "known_since" {
      linkedin {
        path = "'Connected On'"
        read = "date(value, 'DD MMM YYYY')"
      }
      crm = "known_since"
    }
  }
}

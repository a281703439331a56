# The sourcing product: a table of people somebody found. It is made from
# data/sourcing.sql by the first run.
system "sourcing" {
  connector = "sqlite"
  path      = "live/sourcing.db"
  init      = "data/sourcing.sql"
}

notify "recruiting" { connector = "log" }

# A candidate as the sourcing product has one. Its notes, its own fields and the
# documents are not here: what has no attribute cannot leave.
entity "candidate" {
  extends = "candidate"
  attribute "role" {
    type        = "string"
    description = "The title of the job the person was found for, as the ATS calls it."
  }
  attribute "answers" {
    type        = "text"
    class       = "personal"
    description = "What the person answered to the screening questions."
  }
}

entity "application" {
  extends = "application"
  attribute "candidate_id" {
    type        = "string"
    description = "The ATS' id of the candidate."
  }
  attribute "role" {
    type        = "string"
    description = "The title of the job, as the ATS calls it."
  }
}

locals {
  # Roles that the two call differently. All others go by equal title.
  roles = {
    "Server Developer" = "Backend Engineer"
    "Key Account"      = "Account Manager"
  }
}

# The screening product, and its contract: what a result is. It pushes one
# delivery for each new revision of a screening, signed.
system "screening" {
  connector = "push"
  path      = "results.jsonl"
  at        = "revision" # one that is older than what is there changes nothing
  fields = {
    id             = "string" # CANDIDATE.REQUISITION
    revision       = "int"
    trace_id       = "string"
    candidate_id   = "string"
    email          = "email"
    requisition_id = "string"
    stage          = "string"
    evaluated_at   = "timestamp"
    accommodation  = "string?"
    results        = "list(object(revision=int,evaluated_at=string,score=decimal,confidence=decimal,rationale=text,evaluator=string,model=string,prompt=string))"
  }

  verify "hmac" {
    secret = secret("env:SCREENING_SECRET")
    header = "Screening-Signature"
    prefix = "sha256="
  }
}

notify "recruiting_ops" { connector = "log" }

# One candidate's screening for one requisition, as the last revision has it.
entity "screening" {
  extends = "application"
  attribute "candidate_id" {
    type        = "string"
    required    = true
    description = "The ATS' id of the candidate."
  }
  attribute "requisition_id" {
    type        = "string"
    required    = true
    description = "The ATS' id of the job."
  }
  attribute "email" {
    type        = "email"
    class       = "personal"
    description = "The candidate's address: what proves that the id is the right person's."
  }
  attribute "evaluated_at" {
    type        = "timestamp"
    description = "When the screening was judged."
  }
  attribute "confidence" {
    type        = "decimal"
    class       = "personal"
    description = "How sure the evaluator is, from 0 to 1."
  }
  attribute "reached" {
    type        = "enum"
    values      = ["applied", "screening", "interview", "offer", "hired", "rejected", "withdrawn"]
    description = "How far the application is in the ATS."
  }
  attribute "moved_at" {
    type        = "timestamp"
    description = "When anything happened to the application in the ATS."
  }
  attribute "accommodation" {
    type        = "text"
    class       = "protected"
    description = "What the candidate needs. It decides that a person looks, and is told nowhere."
  }
}

# What one revision says, in words.
entity "note" {
  attribute "candidate_id" {
    type        = "string"
    required    = true
    description = "The ATS' id of the candidate."
  }
  attribute "email" {
    type        = "email"
    class       = "personal"
    description = "The candidate's address."
  }
  attribute "body" {
    type        = "text"
    class       = "personal"
    required    = true
    description = "Score, confidence and rationale, and who says so by which model and prompt."
  }
}

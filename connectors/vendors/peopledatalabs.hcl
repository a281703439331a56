# People Data Labs, its Person and Company Enrichment APIs, v5.
#
# Source: the vendor's own OpenAPI description
# (github.com/peopledatalabs/openAPI-specifications, pdl-specs.json, 5.0, October
# 2024) and, for what stands around a record in an answer, its client
# github.com/peopledatalabs/peopledatalabs-go, seen November 2026. What could not
# be confirmed there is left out, and named at the end.

vendor "peopledatalabs" {
  doc     = "People Data Labs, for looking up: what is publicly known of a person or a company, by an address, a phone number, a profile or the vendor's own id. Each match counts against the account; nothing is listed or written."
  version = "v5"
  base    = "settings.url"

  setting "api_key" {
    doc      = "The API key."
    required = true
    secret   = true
  }
  setting "min_likelihood" {
    type    = "int"
    doc     = "The least likelihood, from 1 to 10, that a match has to have."
    default = 6
  }
  setting "url" {
    doc     = "Where the API is."
    type    = "url"
    default = "https://api.peopledatalabs.com"
  }

  auth "key" {
    doc   = "The API key in a header."
    needs = ["api_key"]
    header {
      name = "X-API-Key"
      key  = "settings.api_key"
    }
  }

  error {
    status = [402]
    kind   = "denied"
    hint   = "the account has used up its matches"
  }

  object "people" {
    doc        = "People, as far as is publicly known."
    omits_null = true
    field "full_name" {
      type      = "string?"
      doc       = "The whole name."
      class     = "personal"
      read_only = true
    }
    field "first_name" {
      type      = "string?"
      doc       = "The given name."
      class     = "personal"
      read_only = true
    }
    field "middle_name" {
      type      = "string?"
      doc       = "The middle name."
      class     = "personal"
      read_only = true
    }
    field "last_name" {
      type      = "string?"
      doc       = "The family name."
      class     = "personal"
      read_only = true
    }
    field "birth_year" {
      type      = "string?"
      doc       = "The year of birth."
      class     = "protected"
      read_only = true
    }
    field "sex" {
      type      = "string?"
      doc       = "The sex."
      class     = "protected"
      read_only = true
    }
    field "email" {
      type      = "string?"
      doc       = "An address to search by: any that the person has used."
      path      = "emails[0].address"
      class     = "personal"
      read_only = true
    }
    field "work_email" {
      type      = "string?"
      doc       = "The address at work."
      class     = "personal"
      read_only = true
    }
    field "personal_emails" {
      type      = "list(string)?"
      doc       = "The private addresses."
      class     = "personal"
      read_only = true
    }
    field "emails" {
      type      = "list(any)?"
      doc       = "All addresses, each with what is known of it."
      class     = "personal"
      read_only = true
    }
    field "phone" {
      type      = "string?"
      doc       = "A phone number to search by: any that the person has used."
      path      = "phone_numbers[0]"
      class     = "personal"
      read_only = true
    }
    field "mobile_phone" {
      type      = "string?"
      doc       = "The mobile number."
      class     = "personal"
      read_only = true
    }
    field "phone_numbers" {
      type      = "list(string)?"
      doc       = "All phone numbers."
      class     = "personal"
      read_only = true
    }
    field "linkedin_url" {
      type      = "string?"
      doc       = "The profile at LinkedIn."
      class     = "personal"
      read_only = true
    }
    field "linkedin_username" {
      type      = "string?"
      doc       = "The name there."
      class     = "personal"
      read_only = true
    }
    field "github_url" {
      type      = "string?"
      doc       = "The profile at GitHub."
      class     = "personal"
      read_only = true
    }
    field "twitter_url" {
      type      = "string?"
      doc       = "The profile at Twitter."
      class     = "personal"
      read_only = true
    }
    field "profiles" {
      type      = "list(any)?"
      doc       = "All profiles."
      class     = "personal"
      read_only = true
    }
    field "job_title" {
      type      = "string?"
      doc       = "What the person works as now."
      class     = "personal"
      read_only = true
    }
    field "job_title_role" {
      type      = "string?"
      doc       = "What kind of work that is."
      class     = "personal"
      read_only = true
    }
    field "job_company_name" {
      type      = "string?"
      doc       = "Where the person works now."
      class     = "personal"
      read_only = true
    }
    field "job_company_website" {
      type      = "string?"
      doc       = "That company's website."
      class     = "personal"
      read_only = true
    }
    field "job_company_id" {
      type      = "string?"
      doc       = "That company's id."
      class     = "personal"
      read_only = true
    }
    field "job_company_industry" {
      type      = "string?"
      doc       = "That company's industry."
      class     = "personal"
      read_only = true
    }
    field "job_start_date" {
      type      = "string?"
      doc       = "Since when; as a year, a month or a day."
      class     = "personal"
      read_only = true
    }
    field "industry" {
      type      = "string?"
      doc       = "The person's industry."
      class     = "personal"
      read_only = true
    }
    field "skills" {
      type      = "list(string)?"
      doc       = "Skills."
      class     = "personal"
      read_only = true
    }
    field "experience" {
      type      = "list(any)?"
      doc       = "Where the person worked."
      class     = "personal"
      read_only = true
    }
    field "education" {
      type      = "list(any)?"
      doc       = "Where the person studied."
      class     = "personal"
      read_only = true
    }
    field "location_name" {
      type      = "string?"
      doc       = "Where the person lives, in one line."
      class     = "personal"
      read_only = true
    }
    field "location_locality" {
      type      = "string?"
      doc       = "The place."
      class     = "personal"
      read_only = true
    }
    field "location_region" {
      type      = "string?"
      doc       = "The region."
      class     = "personal"
      read_only = true
    }
    field "location_country" {
      type      = "string?"
      doc       = "The country."
      class     = "personal"
      read_only = true
    }
    get {
      path    = "/v5/person/retrieve/{id}"
      records = "data"
      one     = true
    }
    find {
      keys    = ["email"]
      path    = "/v5/person/enrich"
      query   = { email = "keys.email.value", min_likelihood = "settings.min_likelihood" }
      records = "data"
      one     = true
      error {
        status = [404]
        does   = "end"
      }
    }
    find {
      keys    = ["phone"]
      path    = "/v5/person/enrich"
      query   = { phone = "keys.phone.value", min_likelihood = "settings.min_likelihood" }
      records = "data"
      one     = true
      error {
        status = [404]
        does   = "end"
      }
    }
    find {
      keys    = ["linkedin_url"]
      path    = "/v5/person/enrich"
      query   = { profile = "keys.linkedin_url.value", min_likelihood = "settings.min_likelihood" }
      records = "data"
      one     = true
      error {
        status = [404]
        does   = "end"
      }
    }
  }

  object "companies" {
    doc        = "Companies, as far as is publicly known."
    omits_null = true
    field "name" {
      type      = "string?"
      doc       = "The company's name."
      read_only = true
    }
    field "website" {
      type      = "string?"
      doc       = "Its website."
      read_only = true
    }
    field "linkedin_url" {
      type      = "string?"
      doc       = "Its profile at LinkedIn."
      read_only = true
    }
    field "ticker" {
      type      = "string?"
      doc       = "Its letters at the stock exchange."
      read_only = true
    }
    field "type" {
      type      = "string?"
      doc       = "What kind of company it is."
      read_only = true
    }
    field "industry" {
      type      = "string?"
      doc       = "Its industry."
      read_only = true
    }
    field "size" {
      type      = "string?"
      doc       = "How many work there, as a range."
      read_only = true
    }
    field "employee_count" {
      type      = "int?"
      doc       = "How many profiles name it."
      read_only = true
    }
    field "founded" {
      type      = "int?"
      doc       = "The year it was founded."
      read_only = true
    }
    field "headline" {
      type      = "string?"
      doc       = "What it says of itself, in one line."
      read_only = true
    }
    field "summary" {
      type      = "text?"
      doc       = "What it says of itself."
      read_only = true
    }
    field "location" {
      type      = "object?"
      doc       = "Where it is."
      read_only = true
    }
    field "tags" {
      type      = "list(string)?"
      doc       = "Words it is filed under."
      read_only = true
    }
    field "alternative_names" {
      type      = "list(string)?"
      doc       = "Other names."
      read_only = true
    }
    get {
      path  = "/v5/company/enrich"
      query = { pdl_id = "id" }
      one   = true
    }
    find {
      keys  = ["website"]
      path  = "/v5/company/enrich"
      query = { website = "keys.website.value" }
      one   = true
      error {
        status = [404]
        does   = "end"
      }
    }
    find {
      keys  = ["name"]
      path  = "/v5/company/enrich"
      query = { name = "keys.name.value" }
      one   = true
      error {
        status = [404]
        does   = "end"
      }
    }
    find {
      keys  = ["linkedin_url"]
      path  = "/v5/company/enrich"
      query = { profile = "keys.linkedin_url.value" }
      one   = true
      error {
        status = [404]
        does   = "end"
      }
    }
  }
}

# Left out, because the documentation does not settle it or this language does
# not say it:
# - the limits of requests in a minute, which differ by plan: an answer 429 is
#   waited for;
# - Person Search and Identify, the bulk endpoints, autocomplete, the cleaners, and
#   the enrichment of IP addresses, job titles, skills and schools: a file of one's
#   own has them;
# - several inputs at once, which make a match more certain (name and company, and
#   the like);
# - emails and phone numbers are searched by any that the person has used, while
#   email and phone show the first: a match by another is found, and then refused
#   where the pipeline compares what it looked for;
# - the social networks beside those above, and the parts of locations and of
#   companies in experience.

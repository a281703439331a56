# A staffing firm: an ATS and Salesforce in agreement, domain by domain.
#
#   syncline simulate greenhouse -listen 127.0.0.1:9101     in another terminal
#   syncline simulate salesforce -listen 127.0.0.1:9102     in a third
#   syncline run
#
# Each domain has one system of record, and a file here:
#
#   candidates.hcl   candidates               the ATS
#   placements.hcl   placements               the ATS
#   orders.hcl       job orders               Salesforce
#   billing.hcl      billing                  finance
#
# Accounts and opportunities are Salesforce's alone: no field leads there.
engine {
  name = "staffing"
}

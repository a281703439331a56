notify "ops" {
  connector = "logg" # ERROR SYN2007: there is no place to notify "logg"; did you mean "log"?
}

system "a" {
  connector = "file"
  path      = "people.csv"
  pth       = 3 # ERROR SYN1003: system has no attribute "pth"; did you mean "path"?
}

system "b" {
  connector = "sqlite"
  path      = "crm-${var.stage}.db"
}

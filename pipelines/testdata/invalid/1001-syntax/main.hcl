notify "ops" { connector = "log" }

system "a" {
  connector = "file"
  path      = "people.csv"
}

system "b" {
  connector = "sqlite"
  path      = "crm.db"
}

system "c" {
  connector = # ERROR SYN1001: invalid expression (Expected the start of an expression, but found an invalid expression token.)

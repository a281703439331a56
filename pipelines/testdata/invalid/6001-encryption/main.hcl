engine {
  encryption {
    key = "in plain text" # ERROR SYN6001: the key of the state in plain text; write key = secret("env:NAME")
  }
}

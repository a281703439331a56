engine {
  encryption {
    key = 7 # ERROR SYN1008: "key" must be a secret; write key = secret("env:NAME")
  }
}

engine {
  encryption {} # ERROR SYN1007: the encryption block has no key; key = secret("env:NAME"): without it the state would stand open
}

system "a" {
  connector   = "file"
  path        = "people.csv"
  rate        = "50/10s" # WARNING SYN6008: the connector "file" does not keep "rate"; it keeps none of rate, concurrency, timeout, reserve, retry, networks
  concurrency = 4 # WARNING SYN6008: the connector "file" does not keep "concurrency"; it keeps none of rate, concurrency, timeout, reserve, retry, networks
  timeout     = "30s" # WARNING SYN6008: the connector "file" does not keep "timeout"; it keeps none of rate, concurrency, timeout, reserve, retry, networks
  reserve     = "20%" # WARNING SYN6008: the connector "file" does not keep "reserve"; it keeps none of rate, concurrency, timeout, reserve, retry, networks

  retry { # WARNING SYN6008: the connector "file" does not keep "retry"; it keeps none of rate, concurrency, timeout, reserve, retry, networks
    attempts = 3
  }
}

system "b" {
  connector = "greenhouse"
  api_key   = secret("env:KEY")
  rate      = "50/10s"
  timeout   = "30s"
  networks  = ["10.1.0.0/16", "inside"] # ERROR SYN1008: "inside" is neither a network nor an address; write ["10.1.0.0/16"]
  reserve   = "100%" # ERROR SYN1008: a reserve of everything leaves nothing to Syncline; write "20%"

  retry {
    backoff = "0s..5m" # ERROR SYN1018: "0s..5m" is not a span of durations; write "1s..5m"
  }
}

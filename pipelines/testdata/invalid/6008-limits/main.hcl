system "a" {
  connector   = "file"
  path        = "people.csv"
  rate        = "50/10s" # WARNING SYN6008: the connector "file" does not keep "rate"; it keeps none of rate, concurrency, timeout, reserve, retry
  concurrency = 4 # WARNING SYN6008: the connector "file" does not keep "concurrency"; it keeps none of rate, concurrency, timeout, reserve, retry
  timeout     = "30s" # WARNING SYN6008: the connector "file" does not keep "timeout"; it keeps none of rate, concurrency, timeout, reserve, retry
  reserve     = "20%" # WARNING SYN6008: the connector "file" does not keep "reserve"; it keeps none of rate, concurrency, timeout, reserve, retry

  retry { # WARNING SYN6008: the connector "file" does not keep "retry"; it keeps none of rate, concurrency, timeout, reserve, retry
    attempts = 3
  }
}

system "b" {
  connector = "greenhouse"
  api_key   = secret("env:KEY")
  rate      = "50/10s"
  timeout   = "30s"
  reserve   = "100%" # ERROR SYN1008: a reserve of everything leaves nothing to Syncline; write "20%"

  retry {
    backoff = "0s..5m" # ERROR SYN1018: "0s..5m" is not a span of durations; write "1s..5m"
  }
}

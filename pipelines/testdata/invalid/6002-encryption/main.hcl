engine {
  encryption {
    key = "prefix-${secret("env:KEY")}" # ERROR SYN6002: "key" is not one secret; secret(…) stands alone
  }
}

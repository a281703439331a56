locals {
  x = "unfinished # ERROR SYN1001: invalid multi-line string
}

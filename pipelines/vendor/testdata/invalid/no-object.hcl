vendor "acme" { # ERROR SYN1007: the vendor has no object; write object "NAME" { … }
  doc  = "An API."
  base = "settings.url"
  setting "url" { doc = "Where it is." }

}

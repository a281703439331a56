vendor "acme" { # ERROR SYN1001: unclosed configuration block

 # ERROR SYN1007: the file describes no vendor; write vendor "NAME" { … }

package audit

// Files returns the names of the journal's files in the state folder: what a
// backup takes along, the key that opens the values included.
func Files() []string { return []string{logFile, keyFile} }

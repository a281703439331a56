package vendor

import (
	"strings"

	"syncline/connectors/vendors"
	"syncline/pipelines/diag"
)

// Names returns the vendors that come with the binary, in order.
func Names() []string {
	entries, err := vendors.Files.ReadDir(".")
	if err != nil {
		panic("vendor: " + err.Error()) // it is in the binary
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".hcl"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Find compiles a vendor that comes with the binary; nil where there is none
// of the name.
func Find(name string) (*Vendor, diag.Problems) {
	file := name + ".hcl"
	src, err := vendors.Files.ReadFile(file)
	if err != nil {
		return nil, nil
	}
	return Compile("vendors/"+file, src)
}

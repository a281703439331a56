package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"syncline/engine/plans"
)

// planFile is a saved plan, with the configuration that it was made from.
type planFile struct {
	FormatVersion int         `json:"format_version"`
	Kind          string      `json:"kind"`
	Path          string      `json:"path"`
	Plan          *plans.Plan `json:"plan"`
}

// planKind tells a saved plan from any other file.
const planKind = "syncline plan"

func savePlan(name, path string, plan *plans.Plan) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	content, err := json.MarshalIndent(planFile{plans.FormatVersion, planKind, path, plan}, "", "  ")
	if err != nil {
		return err
	}
	return write(name, append(content, '\n'), 0o600)
}

// isPlan reports whether a path is a saved plan rather than a configuration:
// a file that holds a JSON object.
func isPlan(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || filepath.Ext(path) == ".hcl" {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := f.Read(head)
	return bytes.HasPrefix(bytes.TrimSpace(head[:n]), []byte("{"))
}

// readPlan reads a saved plan.
func readPlan(name string) (*planFile, error) {
	const again = "Make it again with `syncline plan -out FILE`."
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, failed(again, "cannot read the plan %s: %w", name, cause(err))
	}
	var file planFile
	if err := json.Unmarshal(content, &file); err != nil {
		return nil, failed(again, "%s is no whole plan: %w", name, err)
	}
	switch {
	case file.Kind != planKind || file.Plan == nil:
		return nil, failed(again, "%s is no plan", name)
	case file.FormatVersion != plans.FormatVersion:
		return nil, failed(again, "the plan %s has format version %d; this syncline knows %d", name, file.FormatVersion, plans.FormatVersion)
	}
	return &file, nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/engine"
	"syncline/engine/plans"
)

func TestRunCode(t *testing.T) {
	pipeline := func(p plans.PipelineSummary) *plans.Summary {
		return &plans.Summary{Pipelines: []plans.PipelineSummary{{}, p}}
	}
	tests := []struct {
		name     string
		summary  *plans.Summary
		detailed bool
		want     error
	}{
		{"agreed", pipeline(plans.PipelineSummary{}), true, nil},
		{"conflicts, not asked", pipeline(plans.PipelineSummary{Conflicts: 1}), false, nil},
		{"conflicts, asked", pipeline(plans.PipelineSummary{Conflicts: 1}), true, exit(codeOpen)},
		{"reviews, asked", pipeline(plans.PipelineSummary{Reviews: 1}), true, exit(codeOpen)},
		{"refused, asked", pipeline(plans.PipelineSummary{Ends: []plans.EndSummary{{Refused: 1}}}), true, exit(codeOpen)},
		{"withheld", pipeline(plans.PipelineSummary{Conflicts: 1, Withheld: []plans.Withheld{{Count: 9}}}), true, exit(codeFailed)},
		{"no more writes", pipeline(plans.PipelineSummary{Ends: []plans.EndSummary{{}, {Down: "locked"}}}), false, exit(codeFailed)},
		{"stopped", pipeline(plans.PipelineSummary{Failed: "gone"}), false, exit(codeFailed)},
	}
	for _, tt := range tests {
		if got := runCode(tt.summary, tt.detailed); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestPlanCode(t *testing.T) {
	change := &plans.Plan{Records: []plans.PlannedRecord{{Kind: plans.Aside}, {Kind: plans.Update}}}
	aside := &plans.Plan{Records: []plans.PlannedRecord{{Kind: plans.Aside}, {Kind: plans.Review}}}
	stopped := &plans.Plan{Summary: plans.Summary{Pipelines: []plans.PipelineSummary{{Failed: "gone"}}}}
	for _, tt := range []struct {
		plan     *plans.Plan
		detailed bool
		want     error
	}{{change, false, nil}, {change, true, exit(codeChanges)}, {aside, true, nil}, {stopped, true, exit(codeFailed)}} {
		if got := planCode(tt.plan, tt.detailed); got != tt.want {
			t.Errorf("planCode(%+v, %v) = %v, want %v", tt.plan, tt.detailed, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	tests := []struct {
		err  error
		code int
		says string
	}{
		{nil, 0, ""},
		{exit(78), 78, ""},
		{fmt.Errorf("run: %w", context.Canceled), 1, "the next run continues"},
		{fmt.Errorf("open: %w", &connectors.Error{Op: "read", Where: "a.csv", Hint: "Close the spreadsheet.", Err: errors.New("locked")}), 1, "Close the spreadsheet."},
	}
	for _, tt := range tests {
		var out bytes.Buffer
		s := newSession(nil, nil, &out, os.LookupEnv)
		s.color = "never"
		if got := s.report(tt.err); got != tt.code || !strings.Contains(out.String(), tt.says) || (tt.says == "") != (out.Len() == 0) {
			t.Errorf("report(%v) = %d and %q, want %d and %q", tt.err, got, out.String(), tt.code, tt.says)
		}
	}
}

// TestInterruptedLoading proves that an interruption before the configuration
// is loaded is told as one, and not as a fault of the configuration.
func TestInterruptedLoading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.hcl"), []byte(killConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(folder, ".syncline"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"validate", "plan", "run", "graph", "state show"} {
		var out bytes.Buffer
		s := newSession(nil, &out, &out, func(string) (string, bool) { return "", false })
		args := append(strings.Fields(command), folder)
		if code := execute(ctx, args, s); code != codeFailed || !strings.Contains(out.String(), "interrupted") || strings.Contains(out.String(), "SYN") {
			t.Errorf("%s: exit code %d and %q", command, code, out.String())
		}
	}
}

// TestPlanFile proves that a saved plan comes back as it was, is for its owner
// only, and brings the path of its configuration.
func TestPlanFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "monday.plan")
	plan := &plans.Plan{FormatVersion: plans.FormatVersion, Engine: "x", Config: "c", State: "s", Records: []plans.PlannedRecord{
		{Pipeline: "p", End: "crm", Kind: plans.Update, Fields: []plans.PlannedField{{Field: "a", OldText: "1", NewText: "2", Rule: "latest"}}}}}
	if err := savePlan(name, "conf", plan); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan's permissions: %v, %v", info.Mode(), err)
	}
	if !isPlan(name) || isPlan(filepath.Dir(name)) {
		t.Error("a plan is not told from a folder")
	}
	var o engine.RunOptions
	path, err := runPath([]string{name}, &o)
	if err != nil || filepath.Base(path) != "conf" || !filepath.IsAbs(path) {
		t.Errorf("runPath = %q, %v", path, err)
	}
	if !reflect.DeepEqual(plan, o.Plan) {
		t.Errorf("the plan came back as %+v, want %+v", o.Plan, plan)
	}
	if path, _ := runPath([]string{name, "elsewhere"}, &o); path != "elsewhere" {
		t.Errorf("a path given is not used: %q", path)
	}
	if err := savePlan(filepath.Join(t.TempDir(), "no", "such"), "", plan); err == nil || !strings.Contains(err.Error(), "no such file or directory") {
		t.Errorf("a plan in no folder: %v", err)
	}
}

package view

import (
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"syncline/engine/review"
)

// ChangesAnnotations writes the changes as commands of a GitHub workflow, which
// shows each beside its line.
func ChangesAnnotations(w io.Writer, r *review.Report) error {
	var b strings.Builder
	for _, f := range r.Findings {
		annotation(&b, "error", "version", f.Sentence+". "+f.Hint, f.Place)
	}
	for _, c := range r.Changes {
		level := "notice"
		if c.Risk > review.Low {
			level = "warning"
		}
		text := c.Full() + "\n" + c.Class.String() + ": " + c.Why
		if c.Impact != nil {
			text += "\n" + c.Impact.String()
		}
		annotation(&b, level, c.Risk.String()+" risk", text, c.Place)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func annotation(b *strings.Builder, level, title, text string, at review.Place) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	place := ""
	if at.File != "" && !at.Old {
		place = fmt.Sprintf("file=%s,line=%d,endLine=%d,", property.Replace(clean(at.File)), at.Line, max(at.Line, at.End))
	}
	fmt.Fprintf(b, "::%s %stitle=%s::%s\n", level, place, property.Replace("syncline diff: "+title), data.Replace(cleanLines(text)))
}

// The parts of SARIF 2.1.0 that a report has.
type (
	sarif struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine,omitempty"`
	}
)

// ChangesSARIF writes the changes as a SARIF log: a rule is a class of change,
// and one that the version did not rise.
func ChangesSARIF(w io.Writer, r *review.Report, version string) error {
	driver := sarifDriver{Name: "syncline diff", Version: version, Rules: []sarifRule{{"version", sarifText{"The version of a mapping rises with its meaning."}}}}
	for class := review.Cosmetic; class <= review.ReIdentify; class++ {
		driver.Rules = append(driver.Rules, sarifRule{sarifID(class), sarifText{class.Procedure()}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Results: []sarifResult{}}
	for _, f := range r.Findings {
		run.Results = append(run.Results, sarifResult{"version", "error", sarifText{f.Sentence + ". " + f.Hint}, sarifPlace(f.Place)})
	}
	for _, c := range r.Changes {
		level := [...]string{review.Low: "note", review.Medium: "warning", review.High: "warning"}[c.Risk]
		text := fmt.Sprintf("%s. Risk: %s (%s).", c.Full(), c.Risk, c.Why)
		run.Results = append(run.Results, sarifResult{sarifID(c.Class), level, sarifText{text}, sarifPlace(c.Place)})
	}
	return Document(w, sarif{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func sarifID(c review.Class) string { return strings.ReplaceAll(c.String(), " ", "-") }

// sarifPlace is where a result stands; a place in the older configuration is
// none of the files that are shown.
func sarifPlace(p review.Place) []sarifLocation {
	if p.File == "" || p.Old {
		return nil
	}
	region := sarifRegion{StartLine: max(p.Line, 1), StartColumn: p.Column, EndLine: max(p.End, p.Line, 1)}
	return []sarifLocation{{sarifPhysical{sarifArtifact{uri(p.File)}, region}}}
}

func uri(file string) string {
	return (&url.URL{Path: path.Clean(file)}).EscapedPath()
}

package view

import (
	"bytes"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"syncline/engine/graph"
	"syncline/engine/review"
)

// TestMappingHoldsNoCode fills a document with texts that mean to be more than
// texts: in either form they stay in their cells.
func TestMappingHoldsNoCode(t *testing.T) {
	d := filled(reflect.TypeFor[review.Document](), 0).Interface().(review.Document)
	d.Fields[0].Owner, d.Fields[1].Owner = "a|b `c` <script>", "``"
	g := graph.New()
	g.Add(graph.Node{ID: evil, Title: evil, Kind: KindSystem})
	var md, page bytes.Buffer
	if err := MappingMarkdown(&md, &d, g); err != nil {
		t.Fatal(err)
	}
	if err := MappingHTML(&page, &d, g); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"markdown": md.String(), "html": page.String()} {
		if found := unsafe(text); found != "" {
			t.Errorf("%s holds %q", name, found)
		}
	}
	if strings.Contains(page.String(), "<script") {
		t.Error("the page holds a script")
	}
	checkXML(t, []byte(closed(page.String())))
	tables(t, md.String())
}

// closed makes XML of a page: what HTML leaves open is closed.
func closed(page string) string {
	page = strings.TrimPrefix(page, "<!DOCTYPE html>\n")
	page = strings.ReplaceAll(page, "<br>", "<br/>")
	return regexp.MustCompile(`<meta [^>]*>`).ReplaceAllString(page, "")
}

// tables holds that every row of a table has the cells of its head, that no
// markup stands outside of code, and that nothing stands between tables but
// headings and the picture.
func tables(t *testing.T, text string) {
	t.Helper()
	code := regexp.MustCompile("(?s)(`+)[^`].*?[^`](`+)")
	columns, fenced := 0, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced:
		case strings.HasPrefix(line, "| "):
			n := len(regexp.MustCompile(`[^\\]\|`).FindAllString(line, -1))
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%d cells where there are %d columns: %s", n, columns, line)
			}
			if plain := code.ReplaceAllString(line, ""); strings.Contains(plain, "<script") {
				t.Errorf("a script: %s", line)
			}
		case line == "":
			columns = 0
		case strings.HasPrefix(line, "|"), strings.HasPrefix(line, "#"), line+"\n" == MappingMarker:
		default:
			t.Errorf("neither a heading nor a row: %s", line)
		}
	}
	if fenced {
		t.Error("the picture does not end")
	}
}

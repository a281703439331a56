package funcs

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/schema"
)

var update = flag.Bool("update", false, "write docs/functions.md")

// docs/functions.md is what the functions say of themselves.
func TestReference(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "functions.md")
	if *update {
		if err := os.WriteFile(path, []byte(Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	held, err := os.ReadFile(path)
	if err != nil || string(held) != Markdown() {
		t.Errorf("%s is not what the functions say: %v; run go test ./pipelines/funcs -update", path, err)
	}
}

func TestEveryFunctionIsExplained(t *testing.T) {
	for _, f := range All() {
		if !strings.HasSuffix(f.Doc, ".") || len(f.Examples) == 0 || f.Call == nil {
			t.Errorf("%s lacks a sentence, an example or its body", f.Name)
		}
		refuses := false
		for _, e := range f.Examples {
			refuses = refuses || e.Gives == "error"
			if !strings.Contains(e.Expr, f.Name+"(") {
				t.Errorf("%s: the example %s does not call it", f.Name, e.Expr)
			}
		}
		if refuses && f.Errors == "" {
			t.Errorf("%s refuses something and does not say what", f.Name)
		}
		for i, p := range f.Params {
			if i > 0 && f.Params[i-1].Optional && !p.Optional {
				t.Errorf("%s: %s comes after an optional parameter", f.Name, p.Name)
			}
		}
	}
}

// hostile are values that somebody's system holds one day.
func hostile() []schema.Value {
	values := []schema.Value{
		schema.NullValue(), schema.String(""), schema.String(" \u00a0\u200b"), schema.String("\xff\xfe\x00"), schema.String("'; DROP TABLE"),
		schema.String(strings.Repeat("a", maxText+1)), schema.String(strings.Repeat("é,", 20_000)), schema.String("1e999999999"), schema.String("-0"), schema.String("😀👩‍👩‍👧"),
		schema.Int(-1 << 63), schema.Int(1<<63 - 1), schema.Int(0), schema.Bool(true), schema.Decimal("9" + strings.Repeat("9", 300)), schema.Money("1", "EUR"),
		schema.List(), schema.List(schema.NullValue(), schema.Value{}, schema.String("x"), schema.List()), schema.EmptyValue(schema.KindDecimal), schema.Decimal("x"),
	}
	return append(values, schema.Text(schema.KindDate, "2026-11-21"), schema.Text(schema.KindTimestamp, ""))
}

// No argument makes a function panic or its error quote the data, whatever its
// kind; null in gives null out.
func TestHostileArguments(t *testing.T) {
	c := &Context{Region: "US"}
	few := []schema.Value{schema.NullValue(), schema.String("\xff"), schema.String("Europe/Zurich"), schema.Int(1<<63 - 1), schema.Int(-1), schema.String(",")}
	for _, f := range All() {
		for _, a := range hostile() {
			for _, b := range few {
				args := []schema.Value{a, b, b, b}[:max(min(len(f.Params), 4), 1)]
				v, err := f.Run(c, args)
				if err != nil && (!v.IsAbsent() || strings.Contains(err.Error(), "DROP TABLE") || !strings.HasPrefix(err.Error(), f.Name+": ")) {
					t.Fatalf("%s: %v gives %v", f.Name, err, v)
				}
				if err == nil && v.IsAbsent() {
					t.Fatalf("%s gives absent", f.Name)
				}
				if a.State() == schema.Null && !f.Nulls && (err != nil || v.State() != schema.Null) {
					t.Fatalf("%s(null) = %v, %v", f.Name, v, err)
				}
				if len(args) < 2 {
					break
				}
			}
		}
	}
}

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]string{"90s": "1m30s", "4h": "4h0m0s", "45d": "1080h0m0s", "1d12h": "36h0m0s", "2w": "336h0m0s", "250ms": "250ms", "0s": "0s"} {
		if got, err := ParseSpan(text); err != nil || got.String() != want {
			t.Errorf("ParseSpan(%q) = %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "4", "h", "-4h", "4 h", "1.5h", "4y", "99999999999999d", "9999999999999999999s", "4hh", "٤h"} {
		if got, err := ParseSpan(text); err == nil {
			t.Errorf("ParseSpan(%q) = %s", text, got)
		}
	}
}

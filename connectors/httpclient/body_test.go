package httpclient

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"

	"syncline/connectors"
)

func TestBodies(t *testing.T) {
	latin, _ := charmap.ISO8859_1.NewEncoder().String(`{"name":"Zoë"}`)
	utf16, _ := xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM).NewEncoder().String(`{"name":"Zoë"}`)
	const zoe = `{"name":"Zoë"}`
	long := strings.Repeat("waiting room ", 100)
	for _, tt := range []struct{ name, kind, body, want, says string }{
		{"UTF-8", "application/json", zoe, zoe, ""},
		{"UTF-8 by name", "application/json; charset=utf-8", zoe, zoe, ""},
		{"with a mark", "application/json", "\uFEFF" + zoe, zoe, ""},
		{"a mark knows better", "application/json; charset=iso-8859-1", "\uFEFF" + zoe, zoe, ""},
		{"another charset", `application/json; charset="ISO-8859-1"`, latin, zoe, ""},
		{"UTF-16", "application/json", utf16, zoe, ""},
		{"JSON that is called text", "text/html", zoe, zoe, ""},
		{"without a type", "", "[1]", "[1]", ""},
		{"the wrong charset", "application/json", latin, "", "is not UTF-8 at byte 11"},
		{"an unknown charset", "application/json; charset=klingon", zoe, "", `charset "klingon", which is not known`},
		{"HTML", "text/html", "<!doctype html>\n<title>Log\x00 in</title>", "", "a page of HTML or XML where JSON was expected: <!doctype html> <title>Log in</title>"},
		{"HTML that is called JSON", "application/json", "  <html>", "", "a page of HTML or XML where JSON was expected: <html>"},
		{"text", "text/plain", "Bad Gateway", "", "text/plain where JSON was expected: Bad Gateway"},
		{"a long text", "", long, "", "text where JSON was expected: " + long[:200] + "…"},
		{"a secret in it", "", "your token is s3cret-token", "", "your token is (secret)"},
		{"a secret at its edge", "", strings.Repeat("x", 190) + "s3cret-token", "", strings.Repeat("x", 190) + "(secret)"},
		{"broken JSON quotes nothing", "application/json", `{"name":"Zoë","phone":`, "", "the answer is broken JSON at byte"},
		{"nothing", "application/json", "", "", "the answer is empty where JSON was expected"},
	} {
		r := &Response{Body: []byte(tt.body), Header: http.Header{"Content-Type": {tt.kind}}, op: "read", where: "GET https://api.example.com/x",
			redact: strings.NewReplacer("s3cret-token", hidden).Replace}
		got, err := r.JSON()
		var e *connectors.Error
		switch {
		case tt.says == "" && (err != nil || string(got) != tt.want):
			t.Errorf("%s: %q, %v", tt.name, got, err)
		case tt.says != "" && (!errors.As(err, &e) || e.Kind != connectors.Unreadable || !strings.Contains(err.Error(), tt.says) || e.Where == "" || strings.Contains(err.Error(), "Zo")):
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{"{}", "<html>", "\xff\xfe\x00", "\xef\xbb\xbf[", "\x00", `"`} {
		f.Add("text/html; charset=utf-16", s)
		f.Add("application/json", s)
	}
	f.Fuzz(func(t *testing.T, kind, body string) {
		r := &Response{Body: []byte(body), Header: http.Header{"Content-Type": {kind}}}
		if _, err := r.JSON(); err != nil && connectors.KindOf(err) != connectors.Unreadable {
			t.Errorf("%v", err)
		}
	})
}

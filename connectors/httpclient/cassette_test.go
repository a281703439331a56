package httpclient

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"syncline/connectors"
)

// TestRecordAndPlay records a log-in, pages, a write and a body that is no
// text, and plays them to a client that has other secrets and no network.
func TestRecordAndPlay(t *testing.T) {
	i := &issuer{life: 3600}
	s := served(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/token":
			i.ServeHTTP(w, r)
		case "/photo":
			w.Write([]byte{0xFF, 0xD8, 0x00, 0x01})
		default:
			body, _ := io.ReadAll(r.Body)
			w.Header().Set("Date", "Sun, 01 Mar 2026 12:00:00 GMT")
			fmt.Fprintf(w, `{"page":%q,"nextPageToken":"p2","echo":%q}`, r.URL.Query().Get("page_token"), body)
		}
	})
	requests := []*Request{{Path: "people"}, {Path: "people", Query: url.Values{"page_token": {"p2"}}}, {Path: "photo"}, {Method: "POST", Path: "people", Body: []byte(`{"name":"Ada"}`)}}
	run := func(secret string, r Recorder, order ...int) string {
		c := made(t, Options{Base: address(t, s.URL), Record: r, Auth: ClientCredentials{Endpoint: Endpoint{URL: s.URL + "/token", ID: "me", Secret: secret}}})
		text := ""
		for _, n := range order {
			resp, err := c.Do(t.Context(), requests[n])
			if err != nil {
				t.Fatal(err)
			}
			text += fmt.Sprintf("%d %s %s %v\n", resp.Status, resp.Body, resp.URL, resp.At.Unix() > 0)
		}
		return text
	}
	cassette, dir := NewCassette(), t.TempDir()
	want := run("first-secret", cassette, 0, 1, 2, 3)
	var files [2][]byte
	for n := range files {
		file := filepath.Join(dir, fmt.Sprint(n))
		if err := cassette.Save(file); err != nil {
			t.Fatal(err)
		}
		files[n], _ = os.ReadFile(file)
	}
	if !bytes.Equal(files[0], files[1]) || bytes.Contains(files[0], []byte("first-secret")) || bytes.Contains(files[0], []byte("access-1")) || !bytes.Contains(files[0], []byte(`nextPageToken\":\"p2`)) {
		t.Errorf("the recording:\n%s", files[0])
	}
	s.Close()
	for _, inOrder := range []bool{true, false} {
		order := []int{0, 1, 2, 3}
		if !inOrder {
			order = []int{3, 2, 0, 1}
		}
		tape, err := Play(filepath.Join(dir, "0"), inOrder)
		if err != nil {
			t.Fatal(err)
		}
		got := run("second-secret", tape, order...)
		if inOrder && got != want || len(got) != len(want) || tape.Rest() != 0 {
			t.Errorf("in order %v: %d not played:\n%s\nwant\n%s", inOrder, tape.Rest(), got, want)
		}
		c := made(t, Options{Base: address(t, s.URL), Record: tape})
		if _, err := c.Do(t.Context(), requests[0]); connectors.KindOf(err) != connectors.Refused {
			t.Errorf("what was played already: %v", err)
		}
	}
}

func TestAPlayerSaysWhatDiffers(t *testing.T) {
	cassette := NewCassette()
	o := Options{Record: cassette}
	o.Base = address(t, served(t, func(http.ResponseWriter, *http.Request) {}).URL)
	if _, err := made(t, o).Do(t.Context(), &Request{Method: "POST", Path: "a", Body: []byte("1")}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "c.json")
	if err := cassette.Save(file); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		inOrder bool
		r       Request
		says    string
	}{
		{true, Request{Method: "POST", Path: "b"}, "/a, and asked was POST "},
		{true, Request{Method: "POST", Path: "a", Body: []byte("2")}, "with another body"},
		{false, Request{Method: "POST", Path: "a", Body: []byte("2")}, "is not recorded with this body"},
	} {
		tape, err := Play(file, tt.inOrder)
		if err != nil {
			t.Fatal(err)
		}
		o.Record = tape
		if _, err := made(t, o).Do(t.Context(), &tt.r); err == nil || !strings.Contains(err.Error(), tt.says) || tape.Rest() != 1 {
			t.Errorf("%v", err)
		}
	}
	os.WriteFile(file, []byte("{"), 0o600)
	if _, err := Play(file, true); err == nil || !strings.Contains(err.Error(), "is no recording") {
		t.Errorf("%v", err)
	}
	if _, err := Play("nowhere.json", true); err == nil {
		t.Error("a file that is not there is played")
	}
}

package engine_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// badAnswer is one way in which a server answers what it should not.
type badAnswer struct {
	what string
	to   []string // what is answered so; nil: everything but tokens

	undone bool // it says that nothing was carried out, and that is true
	give   func(x *exchange, body []byte)
}

// listings are what is asked for a page.
var listings = []string{atList, atNext, atSince}

var badAnswers = []badAnswer{
	{what: "nothing, for ever", give: func(x *exchange, _ []byte) { <-x.r.Context().Done() }},
	{what: "a byte now and then, for ever", give: drip},
	{what: "nothing: the connection ends", give: func(x *exchange, _ []byte) { x.hang("", false) }},
	{what: "a half: the connection ends", give: func(x *exchange, body []byte) { x.hang(half(body), false) }},
	{what: "a half: the connection is reset", give: func(x *exchange, body []byte) { x.hang(half(body), true) }},
	{what: "what is no HTTP", give: func(x *exchange, _ []byte) { x.hang("220 mail.example.com ESMTP\r\n", false) }},
	{what: "more than may be", give: said(200, "application/json", `{"data":["`+strings.Repeat("x", 1<<17)+`"]}`)},
	{what: "a bomb in gzip", give: func(x *exchange, _ []byte) {
		x.w.Header().Set("Content-Encoding", "gzip")
		x.say(200, "application/json", bomb())
	}},
	{what: "gzip that is none", give: func(x *exchange, body []byte) {
		x.w.Header().Set("Content-Encoding", "gzip")
		x.say(200, "application/json", body)
	}},
	{what: "200, and the half of the JSON", give: func(x *exchange, body []byte) { x.say(200, "application/json", body[:len(body)/2]) }},
	{what: "200, and nothing", give: said(200, "application/json", "")},
	{what: "204", give: said(204, "", "")},
	{what: "200, and a page of HTML", give: said(200, "text/html; charset=utf-8", "<!DOCTYPE html><html><body>Log in</body></html>")},
	{what: "200, and a word", give: said(200, "text/plain", "ok")},
	{what: "200, and an error", give: said(200, "application/json", `{"error":{"code":"expired","message":"log in again"}}`)},
	{what: "200, and `null`", give: said(200, "application/json", "null")},
	{what: "200, and `{}`", give: said(200, "application/json", "{}")},
	{what: "200, and `[]`", give: said(200, "application/json", "[]")},
	{what: "200, and a list of what is no record", give: said(200, "application/json", `{"data":[7,"x",null,[]],"next":null}`)},
	{what: "a charset that nobody knows", give: func(x *exchange, body []byte) { x.say(200, "application/json; charset=x-unknown", body) }},
	{what: "bytes that are no UTF-8", give: func(x *exchange, body []byte) {
		x.say(200, "application/json", bytes.ReplaceAll(body, []byte(`"name":"`), []byte("\"name\":\"M\xfcller ")))
	}},
	{what: "JSON that is nested without end", give: said(200, "application/json", strings.Repeat(`{"data":[`, 7000))},
	{what: "somebody else", to: []string{atGet, atUpdate}, give: said(200, "application/json", `{"id":"f99","name":"Stranger","mail":"stranger@x.test","changed_at":"2026-03-01T00:00:00Z"}`)},
	{what: "a record without an id", to: []string{atGet, atUpdate, atCreate}, give: said(200, "application/json", `{"name":"Nobody"}`)},
	{what: "a name that is a number", to: []string{atList, atSince, atGet, atFind}, give: func(x *exchange, body []byte) {
		x.say(200, "application/json", bytes.ReplaceAll(body, []byte(`"name":"`), []byte(`"name":{"deep":7},"was":"`)))
	}},
	{what: "401, once", undone: true, give: func(x *exchange, _ []byte) {
		if x.f.first() {
			x.say(401, "application/json", []byte(`{"error":"token"}`))
			return
		}
		x.sound()
	}},
	{what: "401", undone: true, give: said(401, "application/json", `{"error":"token"}`)},
	{what: "403", undone: true, give: said(403, "application/json", `{"error":"no"}`)},
	{what: "404, and JSON", undone: true, give: said(404, "application/json", `{"error":"nobody"}`)},
	{what: "404, and a page of HTML", undone: true, give: said(404, "text/html", "<html><body>No such page. Is the proxy set up?</body></html>")},
	{what: "429, and come back in an hour", undone: true, give: func(x *exchange, _ []byte) {
		x.w.Header().Set("Retry-After", "3600")
		x.say(429, "application/json", []byte(`{"error":"slowly"}`))
	}},
	{what: "500", give: said(500, "application/json", `{"error":"sorry"}`)},
	{what: "502, and a page of HTML", give: said(502, "text/html", "<html><body>Bad gateway</body></html>")},
	{what: "a redirect to another host", give: redirected("http://127.0.0.2:1/people")},
	{what: "a redirect to itself", give: func(x *exchange, _ []byte) { redirected(x.r.URL.RequestURI())(x, nil) }},
	{what: "a redirect to a log-in page", give: func(x *exchange, _ []byte) {
		if x.r.URL.Path == "/login" {
			x.say(200, "text/html", []byte("<html><body>Log in</body></html>"))
			return
		}
		redirected("/login")(x, nil)
	}},
	{what: "no records, as if there were none", to: listings, give: said(200, "application/json", `{"data":[],"next":null}`)},
	{what: "the first page, said to be the last", to: []string{atList}, give: func(x *exchange, body []byte) { x.paged(body, func(p *page) { p.Next = "" }) }},
	{what: "a token that leads to this page again", to: []string{atNext}, give: func(x *exchange, body []byte) {
		x.paged(body, func(p *page) { p.Next = x.r.URL.Query().Get("after") })
	}},
	{what: "the same page for ever, with other tokens", to: listings, give: func(x *exchange, body []byte) {
		x.paged(body, func(p *page) { p.Next = "f0" + strconv.Itoa(x.f.count()) })
	}},
	{what: "empty pages for ever", to: listings, give: func(x *exchange, _ []byte) {
		x.say(200, "application/json", fmt.Appendf(nil, `{"data":[],"next":"f0%d"}`, x.f.count()))
	}},
	{what: "a page that begins with the end of the last one", to: []string{atNext}, give: func(x *exchange, body []byte) {
		x.paged(body, func(p *page) {
			p.Data = append([]man{x.f.person(x.r.URL.Query().Get("after"))}, p.Data...)
		})
	}},
}

// bomb is 32 MiB in a few kilobytes.
var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(`{"data":["`))
	_, _ = w.Write(bytes.Repeat([]byte("x"), 32<<20))
	_ = w.Close() // into memory
	return b.Bytes()
})

func said(status int, kind, body string) func(*exchange, []byte) {
	return func(x *exchange, _ []byte) { x.say(status, kind, []byte(body)) }
}

func redirected(to string) func(*exchange, []byte) {
	return func(x *exchange, _ []byte) {
		x.w.Header().Set("Location", to)
		x.say(302, "", nil)
	}
}

// drip gives a byte now and then, and never the last.
func drip(x *exchange, body []byte) {
	x.w.Header().Set("Content-Type", "application/json")
	for i := 0; ; i++ {
		next := []byte(" ")
		if i < len(body)-1 {
			next = body[i : i+1]
		}
		if _, err := x.w.Write(next); err != nil {
			return
		}
		x.w.(http.Flusher).Flush()
		select {
		case <-x.r.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func half(body []byte) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:len(body)/2])
}

// hang sends some bytes and ends the connection.
func (x *exchange) hang(text string, reset bool) {
	c, _, err := x.w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err) // HTTP/1.1 can be hijacked
	}
	_, _ = c.Write([]byte(text)) // whoever asked may be gone
	if tcp, ok := c.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0) // it says nothing else
	}
	_ = c.Close()
}

// page is a page of folk.
type page struct {
	Data []man  `json:"data"`
	Next string `json:"next"`
}

// paged answers with a page that was changed.
func (x *exchange) paged(body []byte, change func(*page)) {
	var p page
	if err := json.Unmarshal(body, &p); err != nil {
		panic(err) // it was made just now
	}
	change(&p)
	text, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	x.say(200, "application/json", text)
}

func (f *folk) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.met
}

func (f *folk) first() bool { return f.count() == 1 }

func (f *folk) person(id string) man {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.people[id]
}

// takes reports whether something is answered so.
func (b *badAnswer) takes(s struck) bool {
	return (b.to == nil || slices.Contains(b.to, s.asked)) && !(b.undone && s.done)
}

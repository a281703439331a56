package httpclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Cassette is a recording of exchanges, for tests: a JSON file that is made
// once against the system and played back ever after, without a network. It
// holds no secret; where one was it says "(secret)". Every leg of a redirect
// and every request for a token is an exchange. It may be used concurrently;
// what is sent at once is recorded in the order of its answers.
type Cassette struct {
	mu      sync.Mutex
	playing bool
	inOrder bool
	tape    tape
	played  []bool
}

var _ Recorder = (*Cassette)(nil)

// tape is the file.
type tape struct {
	Exchanges []recorded `json:"exchanges"`
}

type recorded struct {
	Request  asked  `json:"request"`
	Response answer `json:"response"`
}

type asked struct {
	Method string      `json:"method"`
	URL    string      `json:"url"`
	Header http.Header `json:"header,omitempty"`
	Body   string      `json:"body,omitempty"`
	Bytes  []byte      `json:"body_base64,omitempty"` // instead of Body, where it is no text
}

type answer struct {
	Status int         `json:"status"`
	Header http.Header `json:"header,omitempty"`
	Body   string      `json:"body,omitempty"`
	Bytes  []byte      `json:"body_base64,omitempty"`
}

// NewCassette returns a cassette that records; Save writes it.
func NewCassette() *Cassette { return &Cassette{} }

// Play returns a cassette that answers from a file that Save wrote. In order, a
// request must be the next one recorded; else each takes the first exchange
// with its method, URL and body that was not taken yet. What was not recorded
// is an error that says what differs.
func Play(path string, inOrder bool) (*Cassette, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &Cassette{playing: true, inOrder: inOrder}
	if err := json.Unmarshal(text, &c.tape); err != nil {
		return nil, fmt.Errorf("%s is no recording: %w", path, err)
	}
	c.played = make([]bool, len(c.tape.Exchanges))
	return c, nil
}

// Wrap makes the cassette a Recorder.
func (c *Cassette) Wrap(next http.RoundTripper, redact func(string) string) http.RoundTripper {
	return deck{c, next, redact}
}

// Save writes what was recorded, always the same bytes for the same exchanges.
func (c *Cassette) Save(path string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c.tape); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// Rest returns how many recorded exchanges were not played.
func (c *Cassette) Rest() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, p := range c.played {
		if !p {
			n++
		}
	}
	return n
}

// deck is a cassette in a client.
type deck struct {
	c      *Cassette
	next   http.RoundTripper
	redact func(string) string
}

// RoundTrip records an exchange, or plays one.
func (d deck) RoundTrip(req *http.Request) (*http.Response, error) {
	a, err := d.asked(req)
	if err != nil {
		return nil, err
	}
	if d.c.playing {
		return d.c.play(a, req)
	}
	resp, err := d.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	t := answer{Status: resp.StatusCode, Header: d.header(resp.Header)}
	t.Body, t.Bytes = d.body(body, resp.Header)
	d.c.mu.Lock()
	defer d.c.mu.Unlock()
	d.c.tape.Exchanges = append(d.c.tape.Exchanges, recorded{a, t})
	return resp, nil
}

func (d deck) asked(req *http.Request) (asked, error) {
	a := asked{Method: req.Method, URL: d.url(req.URL), Header: d.header(req.Header)}
	a.Header.Del("User-Agent")
	if req.Body == nil {
		return a, nil
	}
	body, err := io.ReadAll(req.Body)
	req.Body.Close()
	req.Body = io.NopCloser(bytes.NewReader(body))
	a.Body, a.Bytes = d.body(body, req.Header)
	return a, err
}

// play finds the exchange of a request.
func (c *Cassette) play(a asked, req *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.played, false)
	for ; i >= 0 && i < len(c.played) && !c.inOrder && (c.played[i] || !c.tape.Exchanges[i].Request.same(a)); i++ {
	}
	switch {
	case i < 0:
		return nil, errGuard{fmt.Sprintf("everything recorded was played before %s %s", a.Method, a.URL), "record anew"}
	case i == len(c.played):
		return nil, errGuard{fmt.Sprintf("%s %s is not recorded with this body, or was played already", a.Method, a.URL), "record anew"}
	case !c.tape.Exchanges[i].Request.same(a):
		r := c.tape.Exchanges[i].Request
		return nil, errGuard{fmt.Sprintf("the next recorded request is %s %s, and asked was %s %s%s", r.Method, r.URL, a.Method, a.URL, differs(r, a)), "record anew"}
	}
	c.played[i] = true
	t := c.tape.Exchanges[i].Response
	body := append([]byte(t.Body), t.Bytes...)
	return &http.Response{StatusCode: t.Status, Status: http.StatusText(t.Status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: t.Header.Clone(), Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req}, nil
}

func (a asked) same(b asked) bool {
	return a.Method == b.Method && a.URL == b.URL && a.Body == b.Body && bytes.Equal(a.Bytes, b.Bytes)
}

func differs(a, b asked) string {
	if a.Method == b.Method && a.URL == b.URL {
		return ", with another body"
	}
	return ""
}

// shown replaces a value by its name, if that tells, and what is secret in it.
func (d deck) shown(name, value string) string {
	if secretName(name) && !paging(name) {
		return hidden
	}
	value = d.redact(value)
	for plain, deep := value, 0; deep < 3; deep++ { // an address within an address is escaped once more
		var err error
		if plain, err = url.QueryUnescape(plain); err != nil {
			break
		}
		if d.redact(plain) != plain {
			return hidden
		}
	}
	return value
}

// paging reports whether a name is that of a page's mark, which is called
// token at many and is no secret.
func paging(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"page", "next", "cursor", "sync", "continu"}, func(w string) bool { return strings.Contains(name, w) })
}

func (d deck) header(h http.Header) http.Header {
	shown := http.Header{}
	for name, values := range h {
		for _, v := range values {
			shown[name] = append(shown[name], d.shown(name, v))
		}
	}
	return shown
}

func (d deck) url(u *url.URL) string {
	bare := *u
	bare.RawQuery = d.pairs(u.RawQuery)
	return d.redact(bare.String())
}

// pairs cleans a query or a form, in the order it has.
func (d deck) pairs(text string) string {
	parts := strings.Split(text, "&")
	for i, p := range parts {
		name, value, ok := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(name); ok && err == nil {
			parts[i] = name + "=" + d.shown(plain, value)
		}
	}
	return strings.Join(parts, "&")
}

// member is a member of a JSON object whose value is a text, and literal any
// text of JSON.
var (
	member  = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)"`)
	literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

func (d deck) body(body []byte, h http.Header) (string, []byte) {
	text := string(body)
	if strings.HasPrefix(h.Get("Content-Type"), "application/x-www-form-urlencoded") {
		text = d.pairs(text)
	} else {
		text = member.ReplaceAllStringFunc(text, func(m string) string {
			parts := member.FindStringSubmatch(m)
			return `"` + parts[1] + `"` + parts[2] + `"` + d.shown(parts[1], parts[3]) + `"`
		})
		text = literal.ReplaceAllStringFunc(text, d.literal)
	}
	if text = d.redact(text); !utf8.ValidString(text) {
		return "", []byte(text)
	}
	return text, nil
}

// literal cleans a text of JSON whichever way it is escaped, and leaves one
// without a secret as it is.
func (d deck) literal(quoted string) string {
	var plain string
	if json.Unmarshal([]byte(quoted), &plain) != nil {
		return quoted
	}
	clean := d.redact(plain)
	if clean == plain {
		return quoted
	}
	text, err := json.Marshal(clean)
	if err != nil {
		return `"` + hidden + `"`
	}
	return string(text)
}

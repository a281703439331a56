package httpclient

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	xunicode "golang.org/x/text/encoding/unicode"

	"syncline/connectors"
)

var (
	errTooLarge = errors.New("the answer is larger than it may be")
	errPacked   = errors.New("the answer is packed in a way it does not say, or is damaged")
)

// unpack is a RoundTripper that asks for packed answers and unpacks them, no
// further than max.
type unpack struct {
	next http.RoundTripper
	max  int64
}

// RoundTrip sends a request and returns its answer unpacked and bounded.
func (t unpack) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Header.Get("Accept-Encoding") == "" {
		req = req.Clone(req.Context())
		req.Header.Set("Accept-Encoding", "gzip, deflate")
	}
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	raw, most := resp.Body, t.max
	packed := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding")))
	if packed != "" && packed != "identity" {
		most += most/1000 + 4<<10 // what cannot be packed grows a little
	}
	body := io.Reader(&bounded{raw, most})
	if resp.ContentLength > most && req.Method != http.MethodHead {
		body = failing{errTooLarge}
	}
	if packed != "" && packed != "identity" {
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength, resp.Uncompressed = -1, true
		body = &bounded{&unpacked{packed: body, by: packed}, t.max}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{body, raw}
	return resp, nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// bounded is errTooLarge after left bytes.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, errTooLarge
	}
	return n, err
}

// unpacked opens its packing at the first byte, since an empty body has none.
type unpacked struct {
	packed io.Reader
	by     string
	from   io.Reader
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.from == nil {
		if err := u.open(); err != nil {
			return 0, packing(err)
		}
	}
	n, err := u.from.Read(p)
	return n, packing(err)
}

func (u *unpacked) open() (err error) {
	head := bufio.NewReader(u.packed)
	begin, err := head.Peek(2)
	if len(begin) == 0 {
		return err
	}
	switch {
	case u.by == "gzip" || u.by == "x-gzip":
		u.from, err = gzip.NewReader(head)
	case u.by == "deflate" && len(begin) == 2 && begin[0]&0x0F == 8 && (int(begin[0])<<8|int(begin[1]))%31 == 0:
		u.from, err = zlib.NewReader(head)
	case u.by == "deflate": // many servers send it without zlib's frame
		u.from = flate.NewReader(head)
	default:
		return errPacked
	}
	return err
}

// packing tells damage from what was cut off or went wrong on the way.
func packing(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, zlib.ErrHeader), errors.Is(err, zlib.ErrChecksum):
		return errPacked
	}
	return err
}

// Text returns the body as UTF-8, by its byte order mark or the charset that
// the answer declares, without the mark. A text that is not what it declares is
// Unreadable.
func (r *Response) Text() ([]byte, error) {
	_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	name := r.clean(params["charset"])
	from, err := charset(name, r.Body)
	if err != nil {
		return nil, r.unreadable("the answer declares the charset " + quoted(name) + ", which is not known")
	}
	text := r.Body
	if from != nil {
		if text, err = from.NewDecoder().Bytes(r.Body); err != nil {
			return nil, r.unreadable("the answer is not " + quoted(name) + " as it declares")
		}
	}
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	if !utf8.Valid(text) {
		return nil, r.unreadable(fmt.Sprintf("the answer is not UTF-8 at byte %d, and declares no other charset", invalidAt(text)))
	}
	return text, nil
}

// charset finds how a body is written; nil is UTF-8. A byte order mark knows
// better than a header.
func charset(name string, body []byte) (encoding.Encoding, error) {
	switch {
	case bytes.HasPrefix(body, []byte{0xEF, 0xBB, 0xBF}):
		return nil, nil
	case bytes.HasPrefix(body, []byte{0xFF, 0xFE}), bytes.HasPrefix(body, []byte{0xFE, 0xFF}):
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM), nil
	case name == "":
		return nil, nil
	}
	e, err := htmlindex.Get(strings.Trim(name, `"' `))
	if e == xunicode.UTF8 {
		return nil, err
	}
	return e, err
}

func invalidAt(text []byte) int {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// JSON returns the body as UTF-8 if it is JSON. A page of HTML, as proxies and
// log-in screens answer where JSON was asked for, is Unreadable, and the error
// quotes its beginning. Of broken JSON it tells the place and quotes nothing,
// since it may hold a record.
func (r *Response) JSON() ([]byte, error) {
	text, err := r.Text()
	if err != nil {
		return nil, err
	}
	if json.Valid(text) {
		return text, nil
	}
	begin := bytes.TrimSpace(text)
	switch {
	case len(begin) == 0:
		return nil, r.unreadable("the answer is empty where JSON was expected")
	case strings.ContainsRune(`{["`, rune(begin[0])):
		return nil, r.unreadable(fmt.Sprintf("the answer is broken JSON at byte %d of %d", brokenAt(text), len(text)))
	}
	kind, _, _ := mime.ParseMediaType(r.clean(r.Header.Get("Content-Type")))
	if r.Page() {
		kind = "a page of HTML or XML"
	}
	if kind == "" {
		kind = "text"
	}
	return nil, r.unreadable("the answer is " + kind + " where JSON was expected: " + r.excerpt(text))
}

// Page reports whether the body is a page of HTML or XML, as people are given: by
// a proxy, a log-in, or a web server that has nothing at this address.
func (r *Response) Page() bool { return bytes.HasPrefix(bytes.TrimSpace(r.Body), []byte("<")) }

// brokenAt finds where JSON ends to be JSON.
func brokenAt(text []byte) int64 {
	var fault *json.SyntaxError
	var any json.RawMessage
	if errors.As(json.Unmarshal(text, &any), &fault) {
		return fault.Offset
	}
	return int64(len(text))
}

// excerptMost is how many characters of an answer an error quotes.
const excerptMost = 200

// excerpt is the beginning of a text for an error: printable, without secrets.
func (r *Response) excerpt(text []byte) string {
	const most = 4 << 10 // of it, before secrets go: one that is cut in half is not found
	whole := r.clean(string(text))
	var b strings.Builder
	n, blank := 0, false
	for _, c := range whole[:min(len(whole), most)] {
		if unicode.IsSpace(c) || !unicode.IsPrint(c) {
			blank = n > 0
			continue
		}
		if n >= excerptMost {
			return b.String() + "…"
		}
		if blank {
			b.WriteByte(' ')
			n, blank = n+1, false
		}
		b.WriteRune(c)
		n++
	}
	return b.String()
}

// clean takes secrets out of a text; an answer that no client gave has none.
func (r *Response) clean(text string) string {
	if r.redact == nil {
		return text
	}
	return r.redact(text)
}

func (r *Response) unreadable(text string) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: r.op, Where: r.where, Err: errors.New(text),
		Hint: "see what answers at this address: a proxy, a log-in page, another version of the API"}
}

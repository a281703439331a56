package rest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/zeebo/xxh3"

	"syncline/connectors/httpclient"
	"syncline/schema"
)

// outgoing is a request that is being made: places can still be filled.
type outgoing struct {
	method string
	path   string // escaped and below the base, or a whole address
	query  url.Values
	header http.Header
	safe   bool

	kind  Body         // nil: none
	value schema.Value // of JSON, the variables of GraphQL, the text of Verbatim
	form  url.Values   // of Form
	parts []filled     // of Multipart
}

type filled struct {
	part     FormPart
	filename string
	content  []byte
}

// outgoing makes a request of its description.
func (c *conn) outgoing(r *Request, in *Input) (*outgoing, error) {
	o := &outgoing{method: r.Method, query: url.Values{}, header: http.Header{}, safe: r.Reads, kind: r.Body}
	if o.method == "" {
		o.method = http.MethodGet
	}
	var err error
	if o.path, err = r.Path.address(in); err != nil {
		return nil, err
	}
	if err := fill(o.query, verbatim, r.Query, in); err != nil {
		return nil, err
	}
	pairs := [][]Pair{c.d.Headers, r.Headers}
	if c.d.ActorReads || !o.reads() {
		pairs = [][]Pair{c.d.Headers, c.d.Actor, r.Headers}
	}
	for _, list := range pairs {
		if err := fill(o.header, http.CanonicalHeaderKey, list, in); err != nil {
			return nil, err
		}
	}
	return o, o.fillBody(in)
}

// reads reports whether the request changes nothing.
func (o *outgoing) reads() bool {
	return o.safe || o.method == http.MethodGet || o.method == http.MethodHead
}

// address returns the path, escaped.
func (p Path) address(in *Input) (string, error) {
	var b strings.Builder
	for _, part := range p {
		if part.Value == nil {
			b.WriteString(part.Text)
			continue
		}
		v, err := part.Value(in)
		if err != nil {
			return "", err
		}
		text := v.Plain()
		switch text {
		case "":
			return "", errors.New("a part of the address has no value")
		case ".", "..":
			return "", errors.New("a part of the address would lead elsewhere")
		}
		b.WriteString(url.PathEscape(text))
	}
	return b.String(), nil
}

// fill sets named values; key is how a name is written.
func fill(into map[string][]string, key func(string) string, pairs []Pair, in *Input) error {
	for _, p := range pairs {
		v, err := p.Value(in)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if !v.IsAbsent() && !v.IsNull() {
			into[key(p.Name)] = texts(v)
		}
	}
	return nil
}

func verbatim(name string) string { return name }

// texts returns a value as the texts of a query, a header or a form: each
// element of a list, an object as JSON.
func texts(v schema.Value) []string {
	switch {
	case v.Kind() == schema.KindObject:
		return []string{string(v.AppendJSON(nil))}
	case !v.Kind().Collection():
		return []string{v.Plain()}
	}
	var out []string
	for _, item := range v.Items() {
		out = append(out, texts(item)...)
	}
	return out
}

func (o *outgoing) fillBody(in *Input) (err error) {
	switch b := o.kind.(type) {
	case JSON:
		if b.Value != nil {
			o.value, err = b.Value(in)
		}
	case GraphQL:
		o.value = schema.Object(nil, nil)
		if b.Variables != nil {
			o.value, err = b.Variables(in)
		}
	case Verbatim:
		o.value, err = b.Text(in)
	case Form:
		o.form = url.Values{}
		err = fill(o.form, verbatim, b.Fields, in)
	case Multipart:
		for _, part := range b.Parts {
			if err := o.addPart(part, in); err != nil {
				return err
			}
		}
	}
	return err
}

func (o *outgoing) addPart(part FormPart, in *Input) error {
	v, err := part.Content(in)
	if err != nil || v.IsAbsent() || v.IsNull() {
		return err
	}
	f := filled{part: part, content: []byte(v.Plain())}
	if part.Base64 {
		if f.content, err = base64.StdEncoding.DecodeString(v.Plain()); err != nil {
			return fmt.Errorf("%s: it is not base64", part.Name)
		}
	}
	if part.Filename != nil {
		name, err := part.Filename(in)
		if err != nil {
			return err
		}
		f.filename = name.Plain()
	}
	o.parts = append(o.parts, f)
	return nil
}

// put places a value in the request.
func (o *outgoing) put(p Place, v schema.Value) error {
	if v.IsAbsent() || v.IsNull() {
		return nil
	}
	switch p.In {
	case InQuery:
		o.query[p.Name] = texts(v)
	case InHeader:
		o.header[http.CanonicalHeaderKey(p.Name)] = texts(v)
	case InBody:
		return o.putBody(p.Name, v)
	}
	return nil
}

func (o *outgoing) putBody(name string, v schema.Value) error {
	switch o.kind.(type) {
	case Form:
		o.form[name] = texts(v)
		return nil
	case nil:
		o.kind, o.value = JSON{}, schema.Object(nil, nil)
	case Multipart, Verbatim:
		return errors.New("a body that is no object has no place for " + name)
	}
	if o.value.IsAbsent() {
		o.value = schema.Object(nil, nil)
	}
	next, err := schema.PathTo(strings.Split(name, ".")...).Set(o.value, v)
	if err == nil {
		o.value = next
	}
	return err
}

// request returns the request as the client takes it.
func (o *outgoing) request(op string) (*httpclient.Request, error) {
	r := &httpclient.Request{Op: op, Method: o.method, Path: o.path, Query: o.query, Header: o.header, Safe: o.reads()}
	var kind string
	switch b := o.kind.(type) {
	case JSON:
		kind = or(b.Type, "application/json")
		r.Body = o.value.AppendJSON(nil)
	case GraphQL:
		kind = "application/json"
		r.Body = schema.Object([]string{"query", "variables"}, []schema.Value{schema.String(b.Query), o.value}).AppendJSON(nil)
	case Verbatim:
		kind, r.Body = b.Type, []byte(o.value.Plain())
	case Form:
		kind, r.Body = "application/x-www-form-urlencoded", []byte(o.form.Encode())
	case Multipart:
		var err error
		if kind, r.Body, err = o.multipart(); err != nil {
			return nil, err
		}
	}
	if kind != "" && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", kind)
	}
	if r.Header.Get("Accept") == "" {
		r.Header.Set("Accept", "application/json")
	}
	return r, nil
}

var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ")

func (o *outgoing) multipart() (kind string, body []byte, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	sum := xxh3.New()
	for _, f := range o.parts {
		sum.Write(f.content)
	}
	if err := w.SetBoundary(fmt.Sprintf("syncline-%032x", sum.Sum128().Bytes())); err != nil {
		return "", nil, err
	}
	for _, f := range o.parts {
		h := textproto.MIMEHeader{}
		disposition := `form-data; name="` + quotes.Replace(f.part.Name) + `"`
		if f.part.Filename != nil {
			disposition += `; filename="` + quotes.Replace(f.filename) + `"`
		}
		h.Set("Content-Disposition", disposition)
		if f.part.Type != "" {
			h.Set("Content-Type", f.part.Type)
		}
		part, err := w.CreatePart(h)
		if err == nil {
			_, err = part.Write(f.content)
		}
		if err != nil {
			return "", nil, err
		}
	}
	return w.FormDataContentType(), b.Bytes(), w.Close()
}

package caldav

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"syncline/connectors"
	"syncline/connectors/httpclient"
)

// resource is an event as the server has it.
type resource struct {
	name string // of the resource, in the calendar
	etag string
	data string // "" where it was not asked for
	gone bool
}

// The names of resources are ids with .ics behind them. One that has another
// name is told apart by a slash, which no name has.
func idOf(name string) string {
	if id, ok := strings.CutSuffix(name, ".ics"); ok && id != "" {
		return id
	}
	return "/" + name
}

func nameOf(id string) string {
	if name, ok := strings.CutPrefix(id, "/"); ok {
		return name
	}
	return id + ".ics"
}

// multistatus is the answer of WebDAV about several resources.
type multistatus struct {
	XMLName   xml.Name `xml:"DAV: multistatus"`
	Token     string   `xml:"DAV: sync-token"`
	Responses []struct {
		Href   string `xml:"DAV: href"`
		Status string `xml:"DAV: status"`
		Stats  []struct {
			Status string `xml:"DAV: status"`
			Prop   struct {
				ETag  string  `xml:"DAV: getetag"`
				Token string  `xml:"DAV: sync-token"`
				Data  *string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
				Type  struct {
					Calendar *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
				} `xml:"DAV: resourcetype"`
			} `xml:"DAV: prop"`
		} `xml:"DAV: propstat"`
	} `xml:"DAV: response"`
}

const (
	prolog     = `<?xml version="1.0" encoding="utf-8"?>`
	names      = `xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"`
	askAbout   = prolog + `<propfind xmlns="DAV:"><prop><resourcetype/><sync-token/></prop></propfind>`
	askEvents  = prolog + `<C:calendar-query ` + names + `><prop><getetag/></prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>`
	askChanges = prolog + `<sync-collection xmlns="DAV:"><sync-token>%s</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>`
	askSome    = prolog + `<C:calendar-multiget ` + names + `><prop><getetag/><C:calendar-data/></prop>%s</C:calendar-multiget>`
)

var errNoToken = errors.New("the sync token is not valid any more")

// webdav sends a request of WebDAV, which changes nothing.
func (c *Conn) webdav(ctx context.Context, method, depth, body string) (*multistatus, error) {
	client, err := c.client()
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(ctx, &httpclient.Request{
		Op: "read", Method: method, Path: "/", Safe: true, Body: []byte(body),
		Header: http.Header{"Depth": {depth}, "Content-Type": {"application/xml; charset=utf-8"}},
	})
	if resp != nil && (resp.Status == http.StatusForbidden || resp.Status == http.StatusConflict || resp.Status == http.StatusPreconditionFailed) && bytes.Contains(resp.Body, []byte("valid-sync-token")) {
		return nil, errNoToken
	}
	if err != nil {
		return nil, err
	}
	m := &multistatus{}
	if err := xml.Unmarshal(resp.Body, m); err != nil || resp.Status != http.StatusMultiStatus {
		return nil, &connectors.Error{
			Kind: connectors.Unreadable, Op: "read", Where: c.shown, Err: errors.New("the server does not answer as WebDAV does"),
			Hint: "is url the address of a calendar?",
		}
	}
	return m, nil
}

// about tells whether this is a calendar, and where changes can be asked from;
// "" where they cannot.
func (c *Conn) about(ctx context.Context) (token string, err error) {
	m, err := c.webdav(ctx, "PROPFIND", "0", askAbout)
	if err != nil {
		return "", err
	}
	for _, r := range m.Responses {
		for _, s := range r.Stats {
			if s.Prop.Type.Calendar != nil {
				return tokenOf(m), nil
			}
		}
	}
	return "", &connectors.Error{
		Kind: connectors.Refused, Op: "read", Where: c.shown, Err: errors.New("this is no calendar"),
		Hint: "write the address of one calendar, which ends in its name, and not that of all",
	}
}

func tokenOf(m *multistatus) string {
	for _, r := range m.Responses {
		for _, s := range r.Stats {
			if succeeded(s.Status) && s.Prop.Token != "" {
				return s.Prop.Token
			}
		}
	}
	return ""
}

// events are the events there are, without their data.
func (c *Conn) events(ctx context.Context) ([]resource, error) {
	m, err := c.webdav(ctx, "REPORT", "1", askEvents)
	if err != nil {
		return nil, err
	}
	return c.resources(m)
}

// mostParts is how often a server may say that there are more changes.
const mostParts = 10_000

// changed are what changed since a token: events and what is none, and those
// that are gone.
func (c *Conn) changed(ctx context.Context, token string) (out []resource, next string, err error) {
	for range mostParts {
		var b bytes.Buffer
		xml.EscapeText(&b, []byte(token))
		m, err := c.webdav(ctx, "REPORT", "0", fmt.Sprintf(askChanges, b.String()))
		if err != nil {
			return nil, "", err
		}
		part, err := c.resources(m)
		if err != nil {
			return nil, "", err
		}
		out = append(out, part...)
		if m.Token == "" {
			return nil, "", c.unreadable("the server told changes and no sync token")
		}
		if !c.more(m) || m.Token == token {
			return out, m.Token, nil
		}
		token = m.Token
	}
	return nil, "", c.unreadable("the server tells of more changes without end")
}

// more reports whether a server cut its answer short (507 of the calendar).
func (c *Conn) more(m *multistatus) bool {
	for _, r := range m.Responses {
		if strings.Contains(r.Status, " 507") {
			return true
		}
	}
	return false
}

// some reads events by the names of their resources.
func (c *Conn) some(ctx context.Context, names []string) ([]resource, error) {
	var b bytes.Buffer
	for _, name := range names {
		b.WriteString("<href>")
		xml.EscapeText(&b, []byte((&url.URL{Path: c.root + name}).EscapedPath()))
		b.WriteString("</href>")
	}
	m, err := c.webdav(ctx, "REPORT", "1", fmt.Sprintf(askSome, b.String()))
	if connectors.KindOf(err) == connectors.Unreadable {
		return c.singly(ctx, names) // one event that XML cannot say spoils the others
	}
	if err != nil {
		return nil, err
	}
	return c.resources(m)
}

// singly reads events one after the other.
func (c *Conn) singly(ctx context.Context, names []string) ([]resource, error) {
	out := make([]resource, len(names))
	for i, name := range names {
		text, etag, err := c.fetch(ctx, "read", idOf(name))
		switch {
		case connectors.KindOf(err) == connectors.NotFound:
			out[i] = resource{name: name, gone: true}
		case err != nil:
			return nil, err
		default:
			out[i] = resource{name: name, etag: etag, data: string(text)}
		}
	}
	return out, nil
}

// resources reads the answer about resources in the calendar.
func (c *Conn) resources(m *multistatus) ([]resource, error) {
	var out []resource
	for i := range m.Responses {
		r := &m.Responses[i]
		name, ok := c.within(r.Href)
		if !ok {
			continue
		}
		found := resource{name: name, gone: strings.Contains(r.Status, " 404") || strings.Contains(r.Status, " 410")}
		for _, s := range r.Stats {
			if !succeeded(s.Status) {
				continue
			}
			found.etag = s.Prop.ETag
			if s.Prop.Data != nil {
				found.data = *s.Prop.Data
			}
		}
		if !found.gone && found.etag == "" {
			return nil, c.unreadable("the server does not tell an event's ETag")
		}
		out = append(out, found)
	}
	return out, nil
}

func succeeded(status string) bool { return strings.Contains(status, " 200") }

// within returns the name of a resource that lies in the calendar itself.
func (c *Conn) within(href string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return "", false
	}
	name, ok := strings.CutPrefix(u.Path, c.root)
	return name, ok && name != "" && !strings.Contains(name, "/")
}

func (c *Conn) unreadable(why string) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: "read", Where: c.shown, Err: errors.New(why)}
}

// fetch reads one event as its bytes are: inside of XML line ends are lost.
func (c *Conn) fetch(ctx context.Context, verb, id string) (text []byte, etag string, err error) {
	client, err := c.client()
	if err != nil {
		return nil, "", err
	}
	resp, err := client.Do(ctx, &httpclient.Request{Op: verb, Path: pathOf(id)})
	if err != nil {
		return nil, "", err
	}
	if etag = resp.Header.Get("Etag"); etag == "" {
		return nil, "", c.unreadable("the server does not tell an event's ETag")
	}
	return resp.Body, etag, nil
}

// send writes or deletes an event on a condition, and returns its new ETag; ""
// where the server does not tell, since it keeps the event in another form.
func (c *Conn) send(ctx context.Context, verb, method, id string, condition http.Header, body []byte) (string, error) {
	client, err := c.client()
	if err != nil {
		return "", err
	}
	condition.Set("Content-Type", "text/calendar; charset=utf-8")
	resp, err := client.Do(ctx, &httpclient.Request{Op: verb, Method: method, Path: pathOf(id), Header: condition, Body: body, Classify: judge})
	if err != nil {
		return "", err
	}
	etag := resp.Header.Get("Etag")
	if strings.HasPrefix(etag, "W/") {
		return "", nil
	}
	return etag, nil
}

func pathOf(id string) string { return "/" + url.PathEscape(nameOf(id)) }

// judge says what the answer to a write means. A conflict is about the event,
// and not its version.
func judge(r *httpclient.Response) httpclient.Verdict {
	refused := httpclient.Verdict{Action: httpclient.Fail, Kind: connectors.Refused}
	for condition, hint := range map[string]string{
		"no-uid-conflict":         "another event of the calendar has this uid",
		"valid-calendar-data":     "the server does not accept the event as it would be",
		"valid-calendar-object":   "the server does not accept the event as it would be",
		"supported-calendar":      "the calendar takes no events",
		"max-resource-size":       "the event is larger than the server takes",
		"max-attendees-per":       "the event has more attendees than the server takes",
		"quota-not-exceeded":      "the calendar is full",
		"sufficient-disk-space":   "the server's disk is full",
		"number-of-matches-limit": "the calendar is full",
	} {
		if r.Status >= 400 && bytes.Contains(r.Body, []byte(condition)) {
			refused.Hint = hint
			return refused
		}
	}
	switch r.Status {
	case http.StatusConflict:
		refused.Hint = "is there such a calendar, and does it take events?"
		return refused
	case http.StatusInsufficientStorage:
		refused.Hint = "the calendar is full"
		return refused
	}
	return httpclient.Standard(r)
}

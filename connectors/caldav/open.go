package caldav

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/schema"
)

// Conn is an open calendar.
type Conn struct {
	set      connectors.Settings
	base     *url.URL
	shown    string // the address, for messages
	root     string // the path of the calendar, unescaped, with the slash behind it
	floating *time.Location
	largest  int
	fields   []field

	mu     sync.Mutex
	http   *httpclient.Client
	closed bool
}

var (
	_ connectors.Reader  = (*Conn)(nil)
	_ connectors.Getter  = (*Conn)(nil)
	_ connectors.Writer  = (*Conn)(nil)
	_ connectors.Lister  = (*Conn)(nil)
	_ connectors.Checker = (*Conn)(nil)
)

// open reads the settings. Nothing is asked before the first request.
func open(_ context.Context, s connectors.Settings) (connectors.Conn, error) {
	c := &Conn{set: s, largest: int(s.Int("largest")) << 20}
	u, err := url.Parse(s.Text("url"))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, wrong("url", "it is not the address of a calendar", "write https://HOST/PATH/OF/THE/CALENDAR/")
	case u.User != nil:
		return nil, wrong("url", "it holds a user or a password", "give them as user and password")
	case u.RawQuery != "" || u.Fragment != "":
		return nil, wrong("url", "it has a ? or a #", "write https://HOST/PATH/OF/THE/CALENDAR/")
	case u.Scheme == "http" && !httpclient.Here(u.Hostname()):
		return nil, wrong("url", "passwords and events would go unencrypted to another machine", "write https://")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	c.base, c.root, c.shown = u, u.Path+"/", u.Redacted()
	if s.Values["largest"].IsAbsent() {
		c.largest = 4 << 20
	}
	if c.largest <= 0 {
		return nil, wrong("largest", "it leaves room for no event", "leave it out")
	}
	if c.floating, err = time.LoadLocation(s.Text("timezone")); err != nil || s.Text("timezone") == "Local" {
		return nil, wrong("timezone", "it is no time zone", "write its name: Europe/Berlin")
	}
	return c, c.properties(s.Blocks)
}

func wrong(name, why, hint string) error {
	return &connectors.Error{Kind: connectors.Refused, Op: "open", Where: name, Err: errors.New(why), Hint: hint}
}

// properties adds the fields that blocks name.
func (c *Conn) properties(blocks []connectors.SettingsBlock) error {
	c.fields = fields()
	for _, b := range blocks {
		name := strings.ToUpper(b.Values["name"].Text())
		l, err := read([]byte(name + ":"))
		switch {
		case err != nil || l.name != name || l.params != "" || name == "BEGIN" || name == "END":
			return wrong(`property "`+b.Label+`"`, "its name is that of no property", "write it as iCalendar does: X-INTERVIEW-ID")
		case c.field(b.Label) != nil:
			return wrong(`property "`+b.Label+`"`, "there is a field of this name already", "give it another label")
		}
		for _, reserved := range []string{"UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "ATTENDEE", "SEQUENCE", "LAST-MODIFIED"} {
			if name == reserved {
				return wrong(`property "`+b.Label+`"`, name+" is the connector's own", "see the fields of an event")
			}
		}
		f := schema.Field{Name: b.Label, Type: schema.Type{Kind: schema.KindString, Nullable: true}, Doc: "The property " + name + "."}
		c.fields = append(c.fields, property(f, name, plain))
	}
	return nil
}

func (c *Conn) field(name string) *field {
	for i := range c.fields {
		if c.fields[i].Name == name {
			return &c.fields[i]
		}
	}
	return nil
}

// client returns the HTTP client, made before the first request: opening needs
// no secret.
func (c *Conn) client() (*httpclient.Client, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, &connectors.Error{Kind: connectors.Failed, Op: "open", Where: c.shown, Err: errors.New("the system is closed")}
	}
	if c.http != nil {
		return c.http, nil
	}
	auth, err := c.auth()
	if err != nil {
		return nil, err
	}
	o := httpclient.Options{Base: c.base, Auth: auth, Limits: []httpclient.Limit{{Requests: 4}}}
	if c.http, err = httpclient.New(o.For(c.set)); err != nil {
		return nil, &connectors.Error{Kind: connectors.Refused, Op: "open", Where: c.shown, Err: err}
	}
	return c.http, nil
}

func (c *Conn) auth() (httpclient.Auth, error) {
	token, err := c.set.Credential("token")
	if err != nil {
		return nil, err
	}
	password, err := c.set.Credential("password")
	switch user := c.set.Text("user"); {
	case err != nil:
		return nil, err
	case token != "" && user != "":
		return nil, wrong("token", "there is a user as well", "give either a token, or user and password")
	case token != "":
		return httpclient.Bearer{Token: token}, nil
	case user != "" && password == "":
		return nil, wrong("password", "the user has none", `write password = secret("env:CALENDAR_PASSWORD")`)
	case user != "":
		return httpclient.Basic{User: user, Password: password}, nil
	}
	return nil, nil
}

// Objects implements connectors.Lister.
func (c *Conn) Objects(context.Context) ([]connectors.Object, error) {
	o := connectors.Object{
		Name: object, Doc: "The events of the calendar.", ID: "id", At: "last_modified",
		Fields: []schema.Field{{Name: "id", Type: schema.Type{Kind: schema.KindString}, ReadOnly: true, Doc: "The name of its resource, without .ics."}},
	}
	for i := range c.fields {
		o.Fields = append(o.Fields, c.fields[i].Field)
	}
	return []connectors.Object{o}, nil
}

// Check implements connectors.Checker.
func (c *Conn) Check(ctx context.Context) error {
	_, err := c.about(ctx)
	return err
}

// Close implements connectors.Conn.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.http != nil {
		return c.http.Close()
	}
	return nil
}

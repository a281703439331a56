package smtp

import (
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	driver "github.com/wneessen/go-mail"
	"github.com/zeebo/xxh3"

	"syncline/connectors"
)

// longest bounds a title, in characters.
const longest = 200

// message is a notice as an e-mail to one recipient.
func (c *Conn) message(n connectors.Notice, to *mail.Address) *driver.Msg {
	m := driver.NewMsg(driver.WithNoDefaultUserAgent())
	m.FromMailAddress(c.from)
	m.ToMailAddress(to)
	m.SetDateWithValue(n.At)
	m.SetMessageIDWithValue(c.name(n))
	// So that nobody's answering machine answers.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.Subject(cut(oneLine("Syncline: " + n.Title)))
	m.SetBodyString(driver.TypeTextPlain, body(n))
	return m
}

// name is the Message-ID of a notice: equal when the same is told again.
func (c *Conn) name(n connectors.Notice) string {
	what := n.Key
	if what == "" {
		what = n.At.UTC().Format(time.RFC3339Nano) + "\n" + n.Title + "\n" + strings.Join(n.Lines, "\n")
	}
	_, domain, _ := strings.Cut(c.from.Address, "@")
	return fmt.Sprintf("%016x.notice@%s", xxh3.HashString(what), domain)
}

// body is what a notice says: its title, a line each, when it was, and its key.
func body(n connectors.Notice) string {
	var b strings.Builder
	b.WriteString(oneLine(n.Title) + "\n\n")
	for _, l := range n.Lines {
		b.WriteString(oneLine(l) + "\n")
	}
	b.WriteString("\nat " + n.At.UTC().Format(time.RFC3339) + "\n")
	if n.Key != "" {
		b.WriteString("key " + oneLine(n.Key) + ", equal when the same is told again\n")
	}
	return b.String()
}

// oneLine spells a text so that it stays one line and turns nothing around.
func oneLine(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			fmt.Fprintf(&b, `\u{%x}`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func cut(s string) string {
	if r := []rune(s); len(r) > longest {
		return string(r[:longest-1]) + "…"
	}
	return s
}

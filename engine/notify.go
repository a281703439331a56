package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"syncline/connectors"
	"syncline/engine/run"
	"syncline/pipelines"
)

// bell gathers what a person has to hear during a pass and sends it as one
// message per place: never a flood.
type bell struct {
	engine   *Engine
	config   *pipelines.Config
	pipeline *pipelines.Pipeline
	notices  []run.Notice
	count    map[string]int
	muted    func(run.Notice) bool // nil: nothing is
}

func (e *Engine) bell(c *pipelines.Config, p *pipelines.Pipeline) *bell {
	return &bell{engine: e, config: c, pipeline: p, count: map[string]int{}}
}

// listed is how many notices of a kind a message spells out; the rest is
// counted. A flood of one kind hides no other.
const listed = 10

func (b *bell) ring(n run.Notice) {
	if b.muted != nil && b.muted(n) {
		return
	}
	b.count[n.Kind]++
	if b.count[n.Kind] <= listed || n.To != "" {
		b.notices = append(b.notices, n)
	}
}

// message is what a place is told; as JSON it is what a webhook receives.
type message struct {
	FormatVersion int            `json:"format_version"`
	Pipeline      string         `json:"pipeline"`
	At            time.Time      `json:"at"`
	Text          string         `json:"text"`
	Counts        map[string]int `json:"counts"`
	Notices       []run.Notice   `json:"notices"`
	Key           string         `json:"key,omitempty"` // equal when the same is told again, as after a crash
}

// send tells the pipeline's alert what happened. A place that cannot be
// reached is a warning of the run: the state keeps what waits all the same.
func (b *bell) send(ctx context.Context) []string {
	var warnings []string
	if len(b.count) > 0 && b.pipeline.Alert != nil {
		warnings = warned(b.sendTo(ctx, b.pipeline.Alert, b.count, b.notices))
	}
	for _, to := range b.config.Notifies {
		count, notices := map[string]int{}, []run.Notice(nil)
		for _, n := range b.notices {
			if n.To == to.Name && to != b.pipeline.Alert {
				count[n.Kind]++
				notices = append(notices, n)
			}
		}
		if len(notices) > 0 {
			warnings = append(warnings, warned(b.sendTo(ctx, to, count, notices))...)
		}
	}
	return warnings
}

func warned(err error) []string {
	if err == nil {
		return nil
	}
	return []string{err.Error()}
}

// sendTo tells one place. The error says why it was not told, and what.
func (b *bell) sendTo(ctx context.Context, to *pipelines.Notify, count map[string]int, notices []run.Notice) error {
	m := message{
		FormatVersion: 1, Pipeline: b.pipeline.Name, At: b.engine.options.Clock().UTC(), Text: b.text(count), Counts: count, Notices: notices,
		Key: keyOf(notices),
	}
	if to.Connector == "log" {
		if b.engine.options.Log != nil {
			b.engine.options.Log("warn", m.Text)
			b.engine.log(count, notices)
		}
		return nil
	}
	if to.Definition != nil {
		if err := b.engine.tell(ctx, b.config, to, m); err != nil {
			return fmt.Errorf("notify %q could not be reached: %w; what it would have said: %s", to.Name, err, m.Text)
		}
		return nil
	}
	return fmt.Errorf("notify %q: the connector %q does not send yet; what it would have said: %s", to.Name, to.Connector, m.Text)
}

// tell sends a message by a connector that notifies.
func (e *Engine) tell(ctx context.Context, c *pipelines.Config, to *pipelines.Notify, m message) error {
	conn, err := to.Definition.Open(ctx, connectors.Settings{
		System: to.Name, Folder: c.Folder, Values: to.Values, Clock: e.options.Clock, Shared: e.shared,
		Secret: func(name string) (string, error) {
			if s, ok := to.Secrets[name]; ok {
				return e.secret(c, s.Ref)
			}
			return to.Values[name].Text(), nil
		},
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	notifier, ok := conn.(connectors.Notifier)
	if !ok {
		return errors.New("its connector tells nobody")
	}
	n := connectors.Notice{Key: m.Key, At: m.At, Title: m.Text}
	body := any(m)
	switch to.Connector {
	case "slack":
		body = m.chat()
	case "teams":
		body = m.card()
	}
	if n.JSON, err = json.Marshal(body); err != nil {
		return err
	}
	for _, each := range m.Notices {
		n.Lines = append(n.Lines, line(each))
	}
	return notifier.Notify(ctx, n)
}

// chat is what an incoming webhook of Slack takes.
type chat struct {
	Text string `json:"text"`
}

// chat puts a message as people read it in Slack, whose three signs of markup
// stand for themselves.
func (m *message) chat() chat {
	lines := []string{m.Text}
	for _, n := range m.Notices {
		lines = append(lines, "• "+line(n))
	}
	return chat{strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(strings.Join(lines, "\n"))}
}

// cardMost is how many bytes of text a card has: Teams takes 28 KB in all.
const cardMost = 16 << 10

// card is what a webhook of Microsoft Teams takes: a message with one adaptive
// card, whose runs of text know no markup.
func (m *message) card() any {
	block := func(text, weight string) map[string]any {
		run := map[string]any{"type": "TextRun", "text": text, "weight": weight}
		return map[string]any{"type": "RichTextBlock", "inlines": []any{run}}
	}
	body, size := []any{block(m.Text, "bolder")}, len(m.Text)
	for i, n := range m.Notices {
		text := line(n)
		if size += len(text); size > cardMost {
			body = append(body, block(fmt.Sprintf("and %d more", len(m.Notices)-i), "default"))
			break
		}
		body = append(body, block("• "+text, "default"))
	}
	content := map[string]any{"type": "AdaptiveCard", "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "version": "1.2", "body": body}
	return map[string]any{"type": "message", "attachments": []any{map[string]any{"contentType": "application/vnd.microsoft.card.adaptive", "content": content}}}
}

// log writes notices line by line, and how many of a kind are not spelled out.
func (e *Engine) log(count map[string]int, notices []run.Notice) {
	left := maps.Clone(count)
	delete(left, "set aside") // the run names those as they come
	for _, n := range notices {
		if n.Kind != "set aside" {
			left[n.Kind]--
			e.options.Log("warn", "  "+line(n))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(left)) {
		if left[kind] > 0 {
			e.options.Log("warn", "  and "+counted(left[kind], kind)+" more")
		}
	}
}

// keyOf names what is told, where its notices have names; "" for the rest.
func keyOf(notices []run.Notice) string {
	var keys []string
	for _, n := range notices {
		if n.Key != "" {
			keys = append(keys, n.Key)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	slices.Sort(keys)
	return fmt.Sprintf("%016x", xxh3.HashString(strings.Join(keys, " ")))
}

func (b *bell) text(count map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, counted(count[k], k))
	}
	return fmt.Sprintf("pipeline %q: %s", b.pipeline.Name, strings.Join(parts, ", "))
}

// counted puts a number of notices of a kind into words.
func counted(n int, kind string) string {
	if n != 1 && (kind == "review" || kind == "conflict" || kind == "dead letter" || kind == "escalation") {
		kind += "s"
	}
	return fmt.Sprintf("%d %s", n, kind)
}

func line(n run.Notice) string {
	if at := strings.Trim(n.End+"/"+n.Record, "/"); at != "" {
		return n.Kind + " " + at + ": " + n.Text
	}
	return n.Kind + ": " + n.Text
}

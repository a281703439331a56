package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"syncline/pipelines"
)

// postTime is how long a webhook may take to answer, and postAnswer how much
// of its answer is read.
const (
	postTime   = 10 * time.Second
	postAnswer = 64 << 10
)

// post sends a message to a webhook: to the declared address and nowhere else,
// whatever that answers. An error names neither the address, which is a
// secret, nor anything that was answered but the number of the status.
func (e *Engine) post(ctx context.Context, c *pipelines.Config, to *pipelines.Notify, m any, key string) error {
	address := to.Values["url"].Text()
	if s, ok := to.Secrets["url"]; ok {
		var err error
		if address, err = e.secret(c, s.Ref); err != nil {
			return err
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return errors.New("its url is not the address of a web server")
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("its url is not the address of a web server")
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	req.Header.Set("User-Agent", "syncline")
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return errors.New("it does not answer")
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, postAnswer))
	switch {
	case resp.StatusCode >= 400:
		return fmt.Errorf("it answered %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	case resp.StatusCode >= 300:
		return fmt.Errorf("it answered %d and sends elsewhere, where nothing is sent: correct its url", resp.StatusCode)
	}
	return nil
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

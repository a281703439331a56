package simulators

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Delivery is a webhook on its way.
type Delivery struct {
	Number int // counts the events from 1
	At     time.Time
	Header map[string]string
	Body   []byte
	tries  int
}

// hooks are the webhooks that wait.
type hooks struct {
	waiting []Delivery
	told    int
	wake    chan struct{}
}

func newHooks() hooks { return hooks{wake: make(chan struct{}, 1)} }

// tries is how often a webhook is sent that is not taken.
const tries = 7

// Tell has whoever listens be told of an event.
func (c *Call) Tell(event any) {
	s := c.server
	if s == nil || s.o.Webhook == "" { // nobody is told of what is there at first
		return
	}
	body, err := json.Marshal(event)
	if err != nil {
		panic(fmt.Sprintf("an event of %s is no JSON: %v", s.vendor.Name, err))
	}
	s.hooks.told++
	d := Delivery{Number: s.hooks.told, At: c.Now, Body: body, Header: map[string]string{"Content-Type": "application/json"}}
	if s.vendor.Sign != nil {
		s.vendor.Sign(&d)
	}
	s.hooks.add(d, func(fault string) bool {
		return chance(s.o.Seed, "webhook "+fault, d.Number).Float64() < s.o.Faults[fault]
	})
}

// add puts a webhook among those that wait, as the faults want it.
func (h *hooks) add(d Delivery, hits func(fault string) bool) {
	if hits(Missed) {
		return
	}
	n := 1
	if hits(Twice) {
		n = 2
	}
	for range n {
		h.waiting = append(h.waiting, d)
	}
	if hits(Disorder) && len(h.waiting) > n {
		h.waiting = append(h.waiting[len(h.waiting)-n:], h.waiting[:len(h.waiting)-n]...)
	}
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// Send sends what waits now. What is not taken waits again, and is dropped
// after seven times.
func (s *Server) Send(ctx context.Context) error {
	s.mu.Lock()
	waiting := s.hooks.waiting
	s.hooks.waiting = nil
	s.mu.Unlock()
	var errs []error
	for i, d := range waiting {
		err := s.send(ctx, d)
		if ctx.Err() != nil {
			s.again(waiting[i:]...)
			return ctx.Err()
		}
		if d.tries++; err != nil && d.tries < tries {
			s.again(d)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *Server) again(d ...Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks.waiting = append(s.hooks.waiting, d...)
}

func (s *Server) send(ctx context.Context, d Delivery) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.Webhook, bytes.NewReader(d.Body))
	if err != nil {
		return err
	}
	for name, value := range d.Header {
		r.Header.Set(name, value)
	}
	done := Request{At: s.o.Now(), Method: r.Method, Path: s.o.Webhook, Body: string(d.Body), Webhook: true}
	resp, err := s.o.Client.Do(r)
	if err == nil {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, longest))
		_ = resp.Body.Close()
		if done.Status = resp.StatusCode; done.Status >= 300 {
			err = fmt.Errorf("webhook %d: answered %s", d.Number, resp.Status)
		}
	}
	done.Said = fmt.Sprintf("webhook %d was taken", d.Number)
	if err != nil {
		done.Said = fmt.Sprintf("webhook %d was not taken", d.Number)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.o.Log(done)
	return err
}

// Run sends webhooks as they come, until the context ends.
func (s *Server) Run(ctx context.Context) {
	const soonest, latest = time.Second, time.Minute
	pause := soonest
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.hooks.wake:
		case <-timer.C:
		}
		pause = min(2*pause, latest)
		if s.Send(ctx) == nil {
			pause = soonest
		}
		timer.Reset(pause)
	}
}

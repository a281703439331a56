package console

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"syncline/connectors"
	"syncline/engine"
	"syncline/engine/serve"
)

const (
	// retryAfter is when a system is asked to come again that cannot be served now.
	retryAfter = 30 * time.Second

	// atOnce is how many requests of systems are taken in at a time.
	atOnce = 256
)

// hook takes what a system tells. It is answered once it is kept, before
// anything is done about it.
func (c *Console) hook(w http.ResponseWriter, r *http.Request) {
	began := c.now()
	code := c.taken(w, r)
	c.metrics.hook(code, c.now().Sub(began))
}

// taken answers a request and returns the code of its answer.
func (c *Console) taken(w http.ResponseWriter, r *http.Request) int {
	select {
	case c.places <- struct{}{}:
		defer func() { <-c.places }()
	default:
		return refuse(w, http.StatusServiceUnavailable)
	}
	if r.ContentLength > c.o.Limit {
		return refuse(w, http.StatusRequestEntityTooLarge)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, c.o.Limit))
	if big := (*http.MaxBytesError)(nil); errors.As(err, &big) {
		return refuse(w, http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return refuse(w, http.StatusBadRequest)
	}
	header := r.Header.Clone()
	header.Set("Host", r.Host) // which the library keeps apart, and some sign
	d := connectors.Delivery{Method: r.Method, URL: r.URL.String(), Header: header, Body: body}
	got, err := c.o.Service.Accept(r.PathValue("system"), &d)
	if err != nil {
		return refuse(w, codeOf(err))
	}
	for name, value := range got.Reply.Header {
		w.Header().Set(name, value)
	}
	code := cmp.Or(got.Reply.Status, http.StatusOK)
	w.WriteHeader(code)
	_, _ = w.Write(got.Reply.Body) // whoever does not hear it sends it again, and is known by its id
	return code
}

// codeOf is the code for why a request was not taken.
func codeOf(err error) int {
	var c *connectors.Error
	switch {
	case errors.Is(err, engine.ErrNoHook):
		return http.StatusNotFound
	case errors.Is(err, serve.ErrFull), !errors.As(err, &c):
		return http.StatusServiceUnavailable
	case c.Kind == connectors.Denied:
		return http.StatusUnauthorized
	}
	return http.StatusBadRequest
}

// refuse answers with a number and nothing else.
func refuse(w http.ResponseWriter, code int) int {
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	}
	w.Header().Set("Connection", "close")
	w.WriteHeader(code)
	return code
}

package webhook

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	official "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"syncline/connectors"
	"syncline/schema"
)

// delivery is what a receiver got.
type delivery struct {
	header http.Header
	body   []byte
}

// told opens the connector on an address and tells it a notice.
func told(t *testing.T, address, secret, key string) error {
	t.Helper()
	def := Definition()
	if err := def.Check(); err != nil {
		t.Error(err)
	}
	conn, err := def.Open(t.Context(), connectors.Settings{
		Values: map[string]schema.Value{}, Secret: func(name string) (string, error) {
			return map[string]string{"url": address, "secret": secret}[name], nil
		},
	})
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.(connectors.Notifier).Notify(t.Context(), connectors.Notice{Key: key, At: time.Now(), JSON: []byte(`{"text":"2 reviews"}`)})
}

// receiver answers with each status in turn, the last for all that follow.
func receiver(t *testing.T, statuses ...int) (address string, got func() []delivery) {
	t.Helper()
	var mu sync.Mutex
	var all []delivery
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(statuses[min(len(all), len(statuses)-1)])
		all = append(all, delivery{r.Header.Clone(), body})
	}))
	t.Cleanup(web.Close)
	return web.URL + "/T0KEN", func() []delivery { mu.Lock(); defer mu.Unlock(); return all }
}

// TestTheOfficialLibraryVerifiesIt: what is sent, and sent again with the same
// id, is what the library of standardwebhooks.com takes; with another secret it
// does not.
func TestTheOfficialLibraryVerifiesIt(t *testing.T) {
	secret := base64.StdEncoding.EncodeToString([]byte("obviously not a secret"))
	address, got := receiver(t, 503, 200)
	for _, form := range []string{secret, "whsec_" + secret} {
		if err := told(t, address, form, "5eed"); err != nil {
			t.Fatal(err)
		}
	}
	if len(got()) != 3 {
		t.Fatalf("%d deliveries", len(got()))
	}
	right, err := official.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := official.NewWebhook(base64.StdEncoding.EncodeToString([]byte("another")))
	if err != nil {
		t.Fatal(err)
	}
	for n, d := range got() {
		if err := right.Verify(d.body, d.header); err != nil {
			t.Errorf("delivery %d: %v: %v", n, err, d.header)
		}
		if wrong.Verify(d.body, d.header) == nil || right.Verify(append(d.body, ' '), d.header) == nil {
			t.Errorf("delivery %d is signed for anything", n)
		}
		if id := d.header.Get("Webhook-Id"); id != "msg_5eed" || d.header.Get("Idempotency-Key") != "5eed" || !json.Valid(d.body) {
			t.Errorf("delivery %d has the id %q and says %s", n, id, d.body)
		}
	}
}

// TestWhatIsNotDelivered is told by its number and kind, without the address,
// and without a key the id is the notice's own.
func TestWhatIsNotDelivered(t *testing.T) {
	for _, c := range []struct {
		status, sent int
		kind         connectors.ErrorKind
		says         string
	}{
		{404, 1, connectors.NotFound, "it answered 404 Not Found"}, {401, 1, connectors.Denied, "it answered 401"},
		{302, 1, connectors.Refused, "it answered 302 and sends elsewhere"}, {400, 1, connectors.Refused, "it answered 400"},
		{503, 3, connectors.Uncertain, "it answered 503"},
	} {
		address, got := receiver(t, c.status)
		err := told(t, address, "", "")
		if connectors.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "T0KEN") || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%d: %v", c.status, err)
		}
		ids := map[string]bool{}
		for _, d := range got() {
			ids[d.header.Get("Webhook-Id")] = true
			if d.header.Get("Webhook-Signature") != "" {
				t.Error("it is signed with no secret")
			}
		}
		if len(got()) != c.sent || len(ids) != 1 || ids[""] {
			t.Errorf("%d: sent %d times with the ids %v, want %d times with one", c.status, len(got()), ids, c.sent)
		}
	}
}

// TestWhatCannotBeOpened names the setting, and no secret.
func TestWhatCannotBeOpened(t *testing.T) {
	for _, c := range [][3]string{{"ftp://x", "", "url"}, {"T0KEN", "", "url"}, {"https://user:T0KEN@x.example/", "", "url"}, {"https://x.example/", "T0KEN!", "secret"}} {
		if err := told(t, c[0], c[1], ""); err == nil || !strings.Contains(err.Error(), c[2]) || strings.Contains(err.Error(), "T0KEN") {
			t.Errorf("%v: %v", c, err)
		}
	}
}

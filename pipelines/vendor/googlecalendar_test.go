package vendor

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"syncline/connectors"
	"syncline/schema"
)

// calendar behaves as the documentation says of one: ETags, sync tokens that
// grow old, ids that are given once, cancelled events, limits.
type calendar struct {
	mu     sync.Mutex
	events map[string]map[string]any
	order  []string // ids, as they changed; one may be in it twice
	oldest int      // sync tokens below it are gone
	next   []string // what becomes of the next requests: a reason, "lose" an answer
	asked  []string
}

func (c *calendar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	c.asked = append(c.asked, r.Method+" "+r.URL.RequestURI())
	fate := ""
	if len(c.next) > 0 {
		fate, c.next = c.next[0], c.next[1:]
	}
	w.Header().Set("Content-Type", "application/json")
	if status, reason, ok := strings.Cut(fate, " "); ok {
		n, _ := strconv.Atoi(status)
		refuse(w, n, reason)
		return
	}
	if fate == "lose" {
		c.answer(httptest.NewRecorder(), r, body)
		panic(http.ErrAbortHandler)
	}
	c.answer(w, r, body)
}

func refuse(w http.ResponseWriter, status int, reason string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error": {"errors": [{"domain": "calendar", "reason": %q, "message": "No."}], "code": %d, "message": "No."}}`, reason, status)
}

func (c *calendar) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	id := strings.TrimPrefix(r.URL.Path, "/calendars/primary/events")
	id = strings.TrimPrefix(id, "/")
	var sent map[string]any
	json.Unmarshal(body, &sent)
	event := c.events[id]
	switch {
	case r.Method == http.MethodPost:
		if id = sent["id"].(string); c.events[id] != nil {
			refuse(w, 409, "duplicate")
			return
		}
		c.events[id] = map[string]any{"status": "confirmed"}
		c.change(w, id, sent)
	case id == "":
		c.list(w, r)
	case event == nil:
		refuse(w, 404, "notFound")
	case r.Header.Get("If-Match") != "" && r.Header.Get("If-Match") != event["etag"]:
		refuse(w, 412, "conditionNotMet")
	case r.Method == http.MethodPatch:
		c.change(w, id, sent)
	case r.Method == http.MethodDelete:
		c.change(httptest.NewRecorder(), id, map[string]any{"status": "cancelled"})
		w.WriteHeader(http.StatusNoContent)
	default:
		json.NewEncoder(w).Encode(event)
	}
}

func (c *calendar) change(w http.ResponseWriter, id string, members map[string]any) {
	for name, v := range members {
		c.events[id][name] = v
	}
	c.order = append(c.order, id)
	c.events[id]["id"], c.events[id]["etag"], c.events[id]["updated"] = id, fmt.Sprintf("%q", fmt.Sprint(len(c.order))), "2026-01-02T03:04:05.000Z"
	json.NewEncoder(w).Encode(c.events[id])
}

// list gives two events a page; of an incremental listing the cancelled ones,
// too. A page token is the place in the listing.
func (c *calendar) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since, _ := strconv.Atoi(query.Get("syncToken"))
	if since < c.oldest && query.Has("syncToken") {
		refuse(w, 410, "fullSyncRequired")
		return
	}
	var ids []string
	for _, id := range c.order[since:] {
		if !slices.Contains(ids, id) && (query.Has("syncToken") || c.events[id]["status"] != "cancelled") {
			ids = append(ids, id)
		}
	}
	from, _ := strconv.Atoi(query.Get("pageToken"))
	out := map[string]any{"items": []any{}}
	for i := from; i < min(from+2, len(ids)); i++ {
		out["items"] = append(out["items"].([]any), c.events[ids[i]])
	}
	if from+2 < len(ids) {
		out["nextPageToken"] = fmt.Sprint(from + 2)
	} else {
		out["nextSyncToken"] = fmt.Sprint(len(c.order))
	}
	json.NewEncoder(w).Encode(out)
}

// calendarOf opens googlecalendar.hcl against a calendar.
func calendarOf(t *testing.T) (*calendar, connectors.Conn, *connectors.Selection) {
	t.Helper()
	c := &calendar{events: map[string]map[string]any{}}
	web := httptest.NewServer(c)
	t.Cleanup(web.Close)
	auth, _ := tokens(t)
	d := shipped()["googlecalendar"].Description
	conn := opened(t, d, map[string]string{"url": web.URL, "token_url": auth, "client_email": "s@example.com"}, map[string]string{"private_key": key()})
	sel := whole(t, d, "events")
	sel.Cursor = "updated_at"
	return c, conn, sel
}

func eventChange(verb, id, summary string) connectors.Change {
	o, _ := shipped()["googlecalendar"].Description.Object("events")
	ch := connectors.Change{Operation: verb + id + summary, Verb: verb, Set: typed(o.Fields, map[string]any{"summary": summary})}
	switch verb {
	case "create":
		ch.NewID, ch.Set = id, typed(o.Fields, map[string]any{"summary": summary, "start": "2026-01-05T09:00:00Z", "end": "2026-01-05T10:00:00Z"})
	case "delete":
		ch.ID, ch.Set = id, nil
	default:
		ch.ID = id
	}
	return ch
}

func writeOne(t *testing.T, conn connectors.Conn, sel *connectors.Selection, ch connectors.Change) connectors.Result {
	t.Helper()
	if ch.ID != "" && ch.Revision == "" {
		got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{ch.ID})
		if err != nil || got[0].Record == nil {
			t.Fatal(err, got[0].Err, got[0].Presence)
		}
		ch.Revision, ch.Hash = got[0].Record.Revision, got[0].Hash
	}
	results, err := conn.(connectors.Writer).Write(t.Context(), sel, []connectors.Change{ch})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// follow lists what a checkpoint has not seen; "-" stands before what is gone.
func follow(ctx context.Context, conn connectors.Conn, sel *connectors.Selection, from connectors.Checkpoint, full bool) (ids []string, next connectors.Checkpoint, complete bool, err error) {
	stream, err := conn.(connectors.Reader).Read(ctx, sel, from, full)
	if err != nil {
		return nil, nil, false, err
	}
	defer stream.Close()
	for {
		var b connectors.Batch
		err := stream.Next(ctx, &b)
		for _, item := range b.Items {
			if item.Err != nil {
				return nil, nil, false, item.Err
			}
			if item.Gone {
				item.ID = "-" + item.ID
			}
			ids = append(ids, item.ID)
		}
		if err == io.EOF {
			next, complete = stream.Done()
			return ids, next, complete, nil
		}
		if err != nil {
			return nil, nil, false, err
		}
	}
}

// TestGoogleCalendarIsFollowed lists a calendar, then what changed in it, and
// whole again where its token is too old.
func TestGoogleCalendarIsFollowed(t *testing.T) {
	c, conn, sel := calendarOf(t)
	for _, id := range []string{"aaaaa", "bbbbb", "ccccc"} {
		if r := writeOne(t, conn, sel, eventChange("create", id, "Interview "+id)); r.Err != nil || r.ID != id || r.Revision == "" || r.Confirmed == nil {
			t.Fatalf("%+v", r)
		}
	}
	check := func(what string, full bool, from connectors.Checkpoint, want []string, whole bool) connectors.Checkpoint {
		t.Helper()
		ids, next, complete, err := follow(t.Context(), conn, sel, from, full)
		if diff := cmp.Diff(want, ids); diff != "" || err != nil || complete != whole {
			t.Errorf("%s: %s %v, complete: %v", what, diff, err, complete)
		}
		return next
	}
	at := check("the first listing", true, nil, []string{"aaaaa", "bbbbb", "ccccc"}, true)
	at = check("nothing new", false, at, nil, false)
	for _, id := range []string{"aaaaa", "bbbbb"} {
		if r := writeOne(t, conn, sel, eventChange("update", id, "Moved")); r.Err != nil || r.Confirmed == nil {
			t.Errorf("%+v", r)
		}
	}
	if r := writeOne(t, conn, sel, eventChange("delete", "ccccc", "")); r.Err != nil {
		t.Error(r.Err)
	}
	c.asked = nil
	at = check("two pages of changes", false, at, []string{"aaaaa", "bbbbb", "-ccccc"}, false)
	if len(c.asked) != 2 || !strings.Contains(c.asked[1], "syncToken=3") || !strings.Contains(c.asked[1], "pageToken=2") {
		t.Errorf("it asked %q", c.asked)
	}
	if got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"ccccc", "ddddd"}); err != nil || got[0].Presence != connectors.Gone || got[1].Presence != connectors.Gone {
		t.Errorf("what is cancelled is %s, what never was %s (%v)", got[0].Presence, got[1].Presence, err)
	}
	c.oldest = 1000
	at = check("a token that is gone", false, at, []string{"aaaaa", "bbbbb"}, true)
	if len(at) == 0 {
		t.Error("it ends without a token")
	}
}

// TestGoogleCalendarWrites holds writes to what was last seen, an id to one
// event, and waits to what Google tells.
func TestGoogleCalendarWrites(t *testing.T) {
	c, conn, sel := calendarOf(t)
	if r := writeOne(t, conn, sel, eventChange("create", "aaaaa", "Interview")); r.Err != nil {
		t.Fatal(r.Err)
	}
	if r := writeOne(t, conn, sel, eventChange("create", "aaaaa", "Another")); connectors.KindOf(r.Err) != connectors.Refused {
		t.Errorf("a second one of an id: %v", r.Err)
	}
	late := eventChange("update", "aaaaa", "Late")
	late.Revision = `"999"`
	if r := writeOne(t, conn, sel, late); connectors.KindOf(r.Err) != connectors.Moved {
		t.Errorf("a late write: %v", r.Err)
	}
	c.next = []string{"lose"}
	if r := writeOne(t, conn, sel, eventChange("create", "bbbbb", "Lost")); connectors.KindOf(r.Err) != connectors.Uncertain {
		t.Errorf("a lost answer: %v", r.Err)
	}
	if got, err := conn.(connectors.Getter).Get(t.Context(), sel, []string{"bbbbb"}); err != nil || got[0].Presence != connectors.Live {
		t.Errorf("what was lost is %s %v", got[0].Presence, err)
	}
	c.next = []string{"403 rateLimitExceeded", "403 userRateLimitExceeded", "429 rateLimitExceeded"}
	if r := writeOne(t, conn, sel, eventChange("create", "ccccc", "Patient")); r.Err != nil {
		t.Errorf("after three words to wait: %v", r.Err)
	}
	for fate, want := range map[string]connectors.ErrorKind{
		"403 quotaExceeded": connectors.Limited, "403 forbidden": connectors.Denied, "403 requiredAccessLevel": connectors.Denied, "400 timeRangeEmpty": connectors.Refused,
	} {
		c.next = []string{fate}
		if r := writeOne(t, conn, sel, eventChange("create", "ddddd", "No")); connectors.KindOf(r.Err) != want || !strings.Contains(r.Err.Error(), strings.Fields(fate)[1]) {
			t.Errorf("%s: %v", fate, r.Err)
		}
	}
	meet := eventChange("create", "eeeee", "With Meet")
	meet.Args = []connectors.Assignment{{Path: schema.PathTo("meet"), Value: schema.Bool(true)}}
	if r := writeOne(t, conn, sel, meet); r.Err != nil {
		t.Error(r.Err)
	}
	raw, _ := json.Marshal(c.events["eeeee"]["conferenceData"])
	if want := `{"createRequest":{"conferenceSolutionKey":{"type":"hangoutsMeet"},"requestId":"eeeee"}}`; string(raw) != want || !strings.Contains(c.asked[len(c.asked)-1], "conferenceDataVersion=1") {
		t.Errorf("it asked %s for %s", c.asked[len(c.asked)-1], raw)
	}
}

// claimsOf verifies the assertion that a token was asked with, and returns what
// it claims.
func claimsOf(t *testing.T, form map[string][]string) map[string]any {
	t.Helper()
	if got := form["grant_type"]; len(got) != 1 || got[0] != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		t.Fatalf("it asked with %v", form)
	}
	parts := strings.Split(form["assertion"][0], ".")
	block, _ := pem.Decode([]byte(key()))
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature, _ := base64.RawURLEncoding.DecodeString(parts[2])
	if err := rsa.VerifyPKCS1v15(&parsed.(*rsa.PrivateKey).PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Error(err)
	}
	var claims map[string]any
	text, _ := base64.RawURLEncoding.DecodeString(parts[1])
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	delete(claims, "jti")
	return claims
}

// TestGoogleAccounts logs in as a service account and with a person's consent.
func TestGoogleAccounts(t *testing.T) {
	c := &calendar{events: map[string]map[string]any{}}
	web := httptest.NewServer(c)
	t.Cleanup(web.Close)
	d := shipped()["googlecalendar"].Description
	auth, asked := tokens(t)
	conn := opened(t, d, map[string]string{"url": web.URL, "token_url": auth + "/token", "client_email": "s@project.example.com", "subject": "ann@example.com"}, map[string]string{"private_key": key()})
	if err := conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	claims := claimsOf(t, asked())
	now := float64(1767323045) // the moment the test's clock begins with
	if life := claims["exp"].(float64) - claims["iat"].(float64); life > 3600 || claims["iat"].(float64) > now {
		t.Errorf("it lives from %v to %v", claims["iat"], claims["exp"])
	}
	delete(claims, "iat")
	delete(claims, "exp")
	want := map[string]any{
		"iss": "s@project.example.com", "sub": "ann@example.com", "aud": auth + "/token",
		"scope": "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly",
	}
	if diff := cmp.Diff(want, claims); diff != "" {
		t.Error(diff)
	}
	conn = opened(t, d, map[string]string{"url": web.URL, "token_url": auth + "/token", "client_id": "c1"}, map[string]string{"client_secret": "s1", "refresh_token": "r1"})
	if err := conn.(connectors.Checker).Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"grant_type": {"refresh_token"}, "client_id": {"c1"}, "client_secret": {"s1"}, "refresh_token": {"r1"}}, asked()); diff != "" {
		t.Error(diff)
	}
}

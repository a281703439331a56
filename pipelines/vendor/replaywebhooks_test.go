package vendor

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"hash"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"syncline/connectors"
)

// signing is the scheme that the documentation describes, written down a
// second time: deliveries are signed with it, and not by the code under test.
type signing struct {
	Secret string // the setting
	Header string
	Value  string // what stands in it; {mac} and {moment}
	Over   string // what is signed; {body} and {moment}
	Hash   string // "" is sha256
	Form   string // "" is hex
	Moment string // the header of the moment, where it has one of its own
}

func (s *signing) dated() bool { return strings.Contains(s.Value+s.Over, "{moment}") || s.Moment != "" }

// headers are those of a body signed at a moment.
func (s *signing) headers(secret string, body []byte, at time.Time) map[string][]string {
	hashes := map[string]func() hash.Hash{"": sha256.New, "sha256": sha256.New, "sha1": sha1.New}
	moment := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(hashes[s.Hash], []byte(secret))
	mac.Write([]byte(strings.NewReplacer("{moment}", moment, "{body}", string(body)).Replace(s.Over)))
	sum := hex.EncodeToString(mac.Sum(nil))
	if s.Form == "base64" {
		sum = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	out := map[string][]string{"Content-Type": {"application/json"}}
	out[s.Header] = []string{strings.NewReplacer("{moment}", moment, "{mac}", sum).Replace(s.Value)}
	if s.Moment != "" {
		out[s.Moment] = []string{moment}
	}
	return out
}

// deliver plays a delivery as it is documented, then every forgery of it.
func (r *replay) deliver(c *replayCase) {
	r.did["a delivery"] = true
	body := []byte(c.Deliver)
	var file string
	if json.Unmarshal(c.Deliver, &file) == nil {
		src, err := os.ReadFile(filepath.Join(r.folder, file))
		if err != nil {
			r.t.Fatal(err)
		}
		body = src
	}
	receiver := r.conn.(connectors.Receiver)
	d := connectors.Delivery{Method: "POST", URL: "/hooks/system", Body: body, Header: map[string][]string{"Content-Type": {"application/json"}}}
	if r.Signing != nil {
		d.Header = r.Signing.headers(r.Secrets[r.Signing.Secret], body, replayClock)
	}
	for name, value := range c.With {
		d.Header[name] = []string{value}
	}
	got, err := receiver.Receive(&d)
	if err != nil {
		r.say("%s\n", fault(err))
	}
	for _, e := range got.Events {
		id := e.ID
		if len(id) == 32 && c.With == nil {
			id = "(a hash)"
		}
		r.say("- %s %s/%s %s %s\n", id, e.Object, e.Record, e.Kind, e.At.UTC().Format(time.RFC3339))
	}
	if err == nil {
		r.say("reply %d %s, kept %s\n", got.Reply.Status, got.Reply.Body, got.Keep)
	}
	if r.Signing != nil && connectors.KindOf(err) != connectors.Denied {
		r.forge(c, &d)
	}
}

// forge holds that a delivery is refused as soon as anything about its
// signature is not right.
func (r *replay) forge(c *replayCase, d *connectors.Delivery) {
	s, secret := r.Signing, r.Secrets[r.Signing.Secret]
	good := d.Header[s.Header][0]
	forgeries := map[string]func(f *connectors.Delivery){
		"another body":       func(f *connectors.Delivery) { f.Body = append([]byte(" "), d.Body...) },
		"another secret":     func(f *connectors.Delivery) { maps.Copy(f.Header, s.headers(secret+"x", d.Body, replayClock)) },
		"no signature":       func(f *connectors.Delivery) { delete(f.Header, s.Header) },
		"an empty signature": func(f *connectors.Delivery) { f.Header[s.Header] = []string{""} },
		"a cut signature":    func(f *connectors.Delivery) { f.Header[s.Header] = []string{good[:len(good)-4]} },
		"two signatures":     func(f *connectors.Delivery) { f.Header[s.Header] = []string{good, good} },
	}
	if s.dated() {
		forgeries["a signature of an hour ago"] = func(f *connectors.Delivery) {
			maps.Copy(f.Header, s.headers(secret, d.Body, replayClock.Add(-time.Hour)))
		}
		forgeries["a signature of the future"] = func(f *connectors.Delivery) {
			maps.Copy(f.Header, s.headers(secret, d.Body, replayClock.Add(time.Hour)))
		}
		forgeries["another moment"] = func(f *connectors.Delivery) {
			old, now := strconv.FormatInt(replayClock.Unix(), 10), strconv.FormatInt(replayClock.Unix()+1, 10)
			for _, name := range []string{s.Header, s.Moment} {
				if name != "" {
					f.Header[name] = []string{strings.ReplaceAll(f.Header[name][0], old, now)}
				}
			}
		}
	}
	for what, forgery := range forgeries {
		forged := *d
		forged.Header = maps.Clone(d.Header)
		forgery(&forged)
		if got, err := r.conn.(connectors.Receiver).Receive(&forged); connectors.KindOf(err) != connectors.Denied {
			r.t.Errorf("%s with %s: %+v %v", c.Name, what, got, err)
		}
	}
}

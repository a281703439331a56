package signature

import (
	"encoding/base64"
	"net/http"
	"testing"
	"time"

	"pgregory.net/rapid"

	"syncline/connectors"
)

// TestSignGivesThePublishedVector holds the signature to the example of the
// specification, Standard Webhooks 1.0.0, "Symmetric signatures".
func TestSignGivesThePublishedVector(t *testing.T) {
	h, err := Standard{}.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || h.Get("Webhook-Signature") != want {
		t.Errorf("%v, %v; want the signature %s", h, err, want)
	}
	if h, err := (Standard{}).Sign("no base64", "1", time.Unix(0, 0), nil); err == nil {
		t.Errorf("a secret that is none signs: %v", h)
	}
}

// TestWhatIsSignedIsVerified: for every secret, id, moment and body; and not
// once any of them is another.
func TestWhatIsSignedIsVerified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(t, "key")
		secret := rapid.SampledFrom([]string{"", "whsec_"}).Draw(t, "prefix") + base64.StdEncoding.EncodeToString(key)
		id := rapid.StringMatching(`[a-zA-Z0-9_-]{1,40}`).Draw(t, "id")
		at := time.Unix(rapid.Int64Range(1, 1e10).Draw(t, "at"), 0)
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		h, err := Standard{}.Sign(secret, id, at, body)
		if err != nil {
			t.Fatal(err)
		}
		rules := Rules{Scheme: Standard{}}
		verify := func(h http.Header, body []byte, now time.Time) error {
			return rules.Verify(&connectors.Delivery{Header: h, Body: body}, []string{secret}, now)
		}
		if err := verify(h, body, at.Add(4*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if verify(h, body, at.Add(6*time.Minute)) == nil || verify(h, append(body, 'x'), at) == nil {
			t.Fatal("another moment or another body is taken")
		}
		h.Set("Webhook-Id", id+"x")
		if verify(h, body, at) == nil {
			t.Fatal("another id is taken")
		}
	})
}

package rest

import (
	"time"

	"syncline/connectors"
)

// Webhooks says how the API pushes: how a delivery proves that it comes from
// the API, and which events are in it. Where the API lets subscriptions be made
// by requests, they are an Object like any other.
type Webhooks struct {
	// Signature is never nil: what anybody may send is not listened to.
	Signature Signature

	// Secret is the program of the secret; it sees the settings, the secret
	// ones too. A list is several secrets, each good, while they are changed.
	Secret Program

	// Events are the names that lead to the list of events in the body, as of
	// Records.At; nil: the body is one event, or a list of them.
	Events []string
	Event  Event

	// Handshakes are deliveries that are answered and are no events.
	Handshakes []Handshake

	Size   int64         // the greatest body, in bytes; 0: 1 MiB
	Window time.Duration // how old or new a signed moment may be; 0: 5 minutes
	Keeps  time.Duration // how long the API may deliver one event again; 0: 3 days
	Status int           // of the answer to a good delivery; 0: 200
}

// Event is what a delivery says of one change. Its programs look at Event, the
// whole Body and Header.
type Event struct {
	// ID tells repeated deliveries apart; nil: the hash of the event's bytes.
	ID Program
	// Object is the object's name; an event of an object that is not described
	// is left out.
	Object Program
	// Record is the id of the record.
	Record Program
	// Parent is the id of its parent, where ids are qualified; nil: none.
	Parent Program
	// Kind is a word of the API's for what happened, and Kinds what it means;
	// one that is not among them is EventChanged. nil: always that.
	Kind  Program
	Kinds map[string]connectors.EventKind
	// At is when it happened; nil: not told.
	At Program
}

// Handshake is a delivery by which the API finds out whether somebody listens.
type Handshake struct {
	When     Program // looks at Body, Header and Query, gives a bool
	Unsigned bool    // it comes without a signature
	Status   int     // 0: 200
	Headers  []Pair
	Body     Program // a text as it stands, an object as JSON; nil: none
}

// Signature is how a delivery is signed: HMAC, Timestamped, StandardWebhooks,
// SharedToken or ClientCertificate.
type Signature interface{ signature() }

type (
	// HMAC is a header with the keyed hash of what was sent.
	HMAC struct {
		Header string
		Prefix string // before the hash: "sha256="
		Hash   HMACHash
		Form   HMACForm
		// Over are the parts that are hashed, in order; nil: the body.
		Over []SignedPart
		// KeyForm says how the secret becomes the key.
		KeyForm HMACForm
		// Moment is the header that tells when it was signed, in seconds since
		// 1970 or as RFC 3339, and is held to the window; "": none. It should be
		// among Over.
		Moment string
	}

	// Timestamped is one header of parts: "t=1700000000,v1=HEX,v1=HEX". What is
	// hashed is the moment, Separator and the body.
	Timestamped struct {
		Header    string
		Moment    string // "": t
		Scheme    string // "": v1
		Separator string // "": "."
		Hash      HMACHash
	}

	// StandardWebhooks is the scheme of standardwebhooks.com, of which Svix is
	// the origin: webhook-id, webhook-timestamp, webhook-signature.
	StandardWebhooks struct {
		Prefix string // of the headers; "": "webhook-"
	}

	// SharedToken is the secret itself in a header, or in the query.
	SharedToken struct {
		Header string // "": Query is used
		Prefix string // "Bearer "
		Query  string
	}

	// ClientCertificate is a header in which the proxy that ends TLS tells the
	// fingerprint or name of the client's certificate; the secret is what it
	// must say.
	ClientCertificate struct{ Header string }
)

func (HMAC) signature()              {}
func (Timestamped) signature()       {}
func (StandardWebhooks) signature()  {}
func (SharedToken) signature()       {}
func (ClientCertificate) signature() {}

// HMACHash is the hash of a signature.
type HMACHash uint8

// The hashes that APIs sign with. The zero HMACHash is SHA-256.
const (
	SHA256 HMACHash = iota
	SHA1
	SHA512
)

var hashNames = [...]string{SHA256: "sha256", SHA1: "sha1", SHA512: "sha512"}

// String returns the name of the hash.
func (h HMACHash) String() string { return nameOf(hashNames[:], int(h), "hash") }

// HMACForm is how bytes are written as text.
type HMACForm uint8

// The forms of a signature, and of a key. The zero HMACForm is the usual one:
// hexadecimal of a signature, and of a key its text as it stands.
const (
	Usual HMACForm = iota
	Hex
	Base64
)

var formNames = [...]string{Usual: "usual", Hex: "hex", Base64: "base64"}

// String returns the name of the form.
func (f HMACForm) String() string { return nameOf(formNames[:], int(f), "form") }

// SignedPart is a piece of what is hashed: SignedBody, SignedText,
// SignedHeader, SignedMethod or SignedURL.
type SignedPart interface{ signed() }

type (
	// SignedBody is the body, byte for byte.
	SignedBody struct{}
	// SignedText is a text as it stands.
	SignedText string
	// SignedHeader is the value of a header of that name.
	SignedHeader string
	// SignedMethod is the method.
	SignedMethod struct{}
	// SignedURL is the address as it was called.
	SignedURL struct{}
)

func (SignedBody) signed()   {}
func (SignedText) signed()   {}
func (SignedHeader) signed() {}
func (SignedMethod) signed() {}
func (SignedURL) signed()    {}

package s3

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rowfile"
)

const (
	// partSize is how much of an object is fetched at once.
	partSize = 16 << 20
	// mostParts is how many pages a listing may have.
	mostParts = 1000

	payloadHash = "X-Amz-Content-Sha256"
	noPayload   = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// store is a bucket.
type store struct {
	http   *httpclient.Client
	before string // a key in the path of a request
	place  string // the bucket's address
	shown  string // the bucket, for messages
}

func storeOf(set connectors.Settings, shown string) (*store, error) {
	u, before, err := base(set, shown)
	if err != nil {
		return nil, err
	}
	auth, err := signing(set, shown)
	if err != nil {
		return nil, err
	}
	o := httpclient.Options{
		Base: u, Auth: auth, Limits: []httpclient.Limit{{Requests: 8}}, MaxResponse: partSize,
		Timeouts: httpclient.Timeouts{Whole: 10 * time.Minute},
	}
	client, err := httpclient.New(o.For(set))
	if err != nil {
		return nil, &connectors.Error{Kind: connectors.Refused, Op: "open", Where: shown, Err: err}
	}
	return &store{http: client, before: before, place: u.JoinPath(before).String(), shown: "s3://" + set.Text("bucket")}, nil
}

// signing is the credential: AWS Signature Version 4; nil where there is none.
func signing(set connectors.Settings, shown string) (httpclient.Auth, error) {
	id, err := set.Credential("access_key")
	key, err2 := set.Credential("secret_key")
	token, err3 := set.Credential("session_token")
	if err = cmp.Or(err, err2, err3); err != nil {
		return nil, err
	}
	switch {
	case id == "" && key == "" && token == "":
		return nil, nil
	case id == "" || key == "":
		return nil, rowfile.Refuse("open", shown, "of access_key and secret_key there is only one", `write both: access_key = secret("env:NAME") and secret_key = secret("env:NAME")`)
	}
	s := signer.NewSigner(func(o *signer.SignerOptions) { o.DisableURIPathEscaping = true })
	credential := aws.Credentials{AccessKeyID: id, SecretAccessKey: key, SessionToken: token}
	region := cmp.Or(set.Text("region"), "us-east-1")
	return httpclient.Signing{Secrets: []string{id, key, token}, Sign: func(req *http.Request) {
		// What proxies change on the way is not signed.
		encoding := req.Header["Accept-Encoding"]
		delete(req.Header, "Accept-Encoding")
		if err := s.SignHTTP(req.Context(), credential, req, req.Header.Get(payloadHash), "s3", region, set.Now()); err != nil {
			panic("s3: a request that cannot be signed: " + err.Error())
		}
		if encoding != nil {
			req.Header["Accept-Encoding"] = encoding
		}
	}}, nil
}

// escaped is a key as addresses have it: what a signature is computed of allows
// one way only.
func escaped(key string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/"
	var b strings.Builder
	for i := range len(key) {
		if strings.IndexByte(plain, key[i]) >= 0 {
			b.WriteByte(key[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", key[i])
		}
	}
	return b.String()
}

// ask sends a request without a body.
func (s *store) ask(ctx context.Context, op, method, key string, query url.Values, header http.Header) (*httpclient.Response, error) {
	if header == nil {
		header = http.Header{}
	}
	header.Set(payloadHash, noPayload)
	header.Set("Accept-Encoding", "identity")
	return s.http.Do(ctx, &httpclient.Request{
		Op: op, Method: method, Path: "/" + s.before + escaped(key), Query: query, Header: header, Classify: verdict,
	})
}

// put sends an object, mostly on a condition, and returns the answer's status; 0
// where there was none. safe says that it is what lies there already.
func (s *store) put(ctx context.Context, key string, header http.Header, body *io.SectionReader, sum string, safe bool) (int, error) {
	header.Set(payloadHash, sum)
	if body.Size() > 0 {
		header.Set("Expect", "100-continue") // a store that refuses the condition need not be sent the body
	}
	resp, err := s.http.Do(ctx, &httpclient.Request{
		Op: "write", Method: http.MethodPut, Path: "/" + s.before + escaped(key), Header: header, From: body, Safe: safe, Classify: verdict,
	})
	if resp == nil {
		return 0, err
	}
	return resp.Status, err
}

// listing is the answer of ListObjectsV2.
type listing struct {
	XMLName xml.Name `xml:"ListBucketResult"`
	Objects []struct {
		Key string
	} `xml:"Contents"`
	Truncated bool   `xml:"IsTruncated"`
	Next      string `xml:"NextContinuationToken"`
	Encoding  string `xml:"EncodingType"`
}

// keys are the keys that begin so and have no further slash.
func (s *store) keys(ctx context.Context, prefix string) (out []string, err error) {
	query := url.Values{"list-type": {"2"}, "delimiter": {"/"}, "prefix": {prefix}, "encoding-type": {"url"}}
	for range mostParts {
		resp, err := s.ask(ctx, "open", http.MethodGet, "", query, nil)
		if err != nil {
			return nil, err
		}
		var l listing
		if err := xml.Unmarshal(resp.Body, &l); err != nil {
			return nil, s.unreadable("the store does not answer as S3 does")
		}
		for _, o := range l.Objects {
			key := o.Key
			if l.Encoding == "url" {
				if key, err = url.QueryUnescape(key); err != nil {
					return nil, s.unreadable("the store lists a key that is not escaped as it says")
				}
			}
			out = append(out, key)
		}
		if !l.Truncated {
			return out, nil
		}
		if l.Next == "" || l.Next == query.Get("continuation-token") {
			return nil, s.unreadable("the store says that there are more objects, and not where")
		}
		query.Set("continuation-token", l.Next)
	}
	return nil, rowfile.Refuse("open", s.shown, "the bucket has more objects here than are looked at", "make the glob narrower: what stands before its first * is asked for")
}

func (s *store) unreadable(why string) error {
	return &connectors.Error{Kind: connectors.Unreadable, Op: "open", Where: s.shown, Err: errors.New(why), Hint: "is url the address of an S3 store?"}
}

// hints are what to do about the errors that S3 has names for.
var hints = map[string]string{
	"AccessDenied":          "give the credential s3:GetObject, s3:PutObject and s3:ListBucket of this bucket",
	"SignatureDoesNotMatch": "is secret_key right, and region the store's?",
	"InvalidAccessKeyId":    "is access_key right, and of this store?",
	"ExpiredToken":          "get a new session_token, with its access_key and secret_key",
	"InvalidToken":          "is session_token the one that goes with access_key?",
	"RequestTimeTooSkewed":  "set this machine's clock right",
	"InvalidObjectState":    "the object is archived: restore it first",
	"NoSuchBucket":          "is bucket right, and in this region?",
	"NoSuchKey":             "is path right? init names a file to begin with",
}

// verdict is what an answer means. Of an error it tells the name, and nothing
// that the store quotes.
func verdict(r *httpclient.Response) httpclient.Verdict {
	v := httpclient.Standard(r)
	if v.Action == httpclient.Return && r.Status < 300 {
		return v
	}
	var fault struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
	}
	if xml.Unmarshal(r.Body, &fault) != nil || !named(fault.Code) || len(fault.Code) > 64 {
		fault.Code = ""
	}
	v.Hint = cmp.Or(hints[fault.Code], v.Hint)
	v.Text = strings.TrimSpace(fmt.Sprintf("answered %d %s", r.Status, cmp.Or(fault.Code, http.StatusText(r.Status))))
	region := r.Header.Get("X-Amz-Bucket-Region")
	switch {
	case (r.Status < 400 || r.Status == http.StatusBadRequest) && named(region):
		v.Action, v.Kind, v.Hint = httpclient.Fail, connectors.Refused, fmt.Sprintf("the bucket is elsewhere: write region = %q", region)
	case r.Status < 400:
		v.Action, v.Kind, v.Hint = httpclient.Fail, connectors.Refused, "are url, region and bucket right?"
	case r.Status == http.StatusUnauthorized:
		v.Action = httpclient.Fail
	case r.Status == http.StatusNotFound && fault.Code == "":
		v.Hint = hints["NoSuchKey"]
	case r.Status == http.StatusForbidden && fault.Code == "":
		v.Hint = hints["AccessDenied"] + "; without the last, an object that is not there looks as one that is forbidden"
	case fault.Code == "SlowDown":
		v.Undone, v.Kind = true, connectors.Limited
	}
	return v
}

// Package s3 connects files in a bucket of Amazon S3, or of another store that
// speaks its API: csv, tsv, jsonl and json to read and write, xlsx to read, as
// connectors/file does on a disk.
//
// [Definition] is where to enter. An object is fetched whole into a file without
// a name on this machine, in parts that are all of one ETag, and read there; how
// its rows are listed, indexed and written is connectors/rowfile. A new state is
// gathered on this machine and sent in one request that names the ETag last seen
// (If-Match), so that an edit meanwhile is never lost.
//
// A store that does not know the condition takes such a request as any other.
// Before the first write the store therefore has to refuse one whose condition
// cannot hold; what is sent with it is what lies there already.
//
// What is left to know: an ETag is taken as it is, since it is no MD5 where an
// object was uploaded in parts or is encrypted. With conditional = false, between
// the last look and the request lies a moment in which an edit is lost. A new
// state has the object's headers and metadata; one that has tags is not written,
// and an access control list of its own is not kept.
package s3

import (
	"context"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"syncline/connectors"
	"syncline/connectors/httpclient"
	"syncline/connectors/rowfile"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "s3",
		Doc: "Records in a file in an S3 bucket, of Amazon or another store: csv, tsv, jsonl, json or xlsx.\n\n" +
			"Writing sends a new state on the condition that the object is the one last seen, and changes no byte that no change is about; xlsx and globs are only read. " +
			"The store has to prove before the first write that it holds the condition (If-Match), as Amazon S3 does: it is sent what lies there already with one that cannot hold.",
		Example: example, Settings: settings(), Limits: connectors.LimitNames(),
		Facts: rowfile.Facts(), FactsOf: factsOf,
		Open: open,
	}
}

const example = `
system "export" {
  connector  = "s3"
  region     = "eu-central-1"
  bucket     = "acme-hr"
  path       = "out/candidates.csv"
  access_key = secret("env:AWS_ACCESS_KEY_ID")
  secret_key = secret("env:AWS_SECRET_ACCESS_KEY")
}
`

func settings() []schema.Field {
	text, truth := schema.Type{Kind: schema.KindString}, schema.Type{Kind: schema.KindBool}
	return slices.Concat([]schema.Field{
		{Name: "bucket", Type: text, Required: true, Doc: "The bucket."},
		{Name: "path", Type: text, Required: true, Doc: "The object's key, as in out/candidates.csv, or with * in the last part several that are only read."},
		{Name: "url", Type: text, Doc: "Where the store is, as in https://minio.example.com:9000; by default Amazon's of the region."},
		{Name: "region", Type: text, Default: schema.String("us-east-1"), Doc: "The region that requests are signed for. Stores that have none mostly take us-east-1."},
		{Name: "path_style", Type: truth, Doc: "Whether the bucket stands in the path of addresses and not in their host; by default where there is a url."},
		{Name: "access_key", Type: text, Secret: true, Doc: "The id of the access key. Without it and secret_key requests are not signed, as for a public bucket."},
		{Name: "secret_key", Type: text, Secret: true, Doc: "The secret of the access key."},
		{Name: "session_token", Type: text, Secret: true, Doc: "The token that goes with a temporary access key."},
		{Name: "conditional", Type: truth, Default: schema.Bool(true), Doc: "Whether the store has to hold the condition of a write. With false one more look goes before each write instead, for a store that cannot."},
		{Name: "init", Type: text, Doc: "A file that is sent to path when nothing is there yet."},
		{Name: "largest", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(1024), Doc: "How large an object may be that is fetched or sent, in MiB; 5120 is the most that one request may send."},
	}, rowfile.Fields())
}

// factsOf is rowfile's facts, with the grade that the settings leave.
func factsOf(_ string, set connectors.Settings) connectors.Facts {
	f := rowfile.Facts()
	if v := set.Values["conditional"]; v.Is() && !v.Bool() {
		f.Grade = connectors.ReadBeforeWrite
	}
	return f
}

// open reads the settings and, where it may, makes the object from init.
func open(ctx context.Context, set connectors.Settings) (connectors.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := folderOf(set)
	if err != nil {
		return nil, err
	}
	rows, err := rowfile.Open(f, set, f.shown)
	if err != nil {
		return nil, err
	}
	c := &conn{rows, f}
	if set.Seed {
		if err := f.seed(ctx); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// conn is an open system.
type conn struct {
	*rowfile.Conn
	folder *folder
}

var (
	_ connectors.Lister        = (*conn)(nil)
	_ connectors.Reader        = (*conn)(nil)
	_ connectors.Getter        = (*conn)(nil)
	_ connectors.Stamper       = (*conn)(nil)
	_ connectors.Checker       = (*conn)(nil)
	_ connectors.SessionWriter = (*conn)(nil)
)

// Close forgets what was fetched. It may be called twice.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.folder.close()
	return err
}

func folderOf(set connectors.Settings) (*folder, error) {
	f := &folder{
		path: set.Text("path"), init: set.Path("init"), conditional: true, largest: set.Int("largest") << 20,
		keeper: set.Keeper, states: map[string]*state{},
	}
	f.shown = "s3://" + set.Text("bucket") + "/" + f.path
	if v := set.Values["conditional"]; v.Is() {
		f.conditional = v.Bool()
	}
	if f.largest <= 0 {
		f.largest = 1 << 30
	}
	if bad := badPath(f.path); bad != "" {
		return nil, rowfile.Refuse("open", f.shown, bad, `name one object, as in path = "out/candidates.csv"`)
	}
	if f.glob = strings.ContainsAny(path.Base(f.path), "*?["); strings.ContainsAny(path.Dir(f.path), "*?[") {
		return nil, rowfile.Refuse("open", f.shown, "only the last part of the path can have *, ? or [", "name what stands before it")
	}
	var err error
	f.store, err = storeOf(set, f.shown)
	return f, err
}

// badPath says why a path is the key of no object that can be asked for.
func badPath(key string) string {
	switch {
	case key == "" || strings.HasSuffix(key, "/"):
		return "the path names no object"
	case strings.HasPrefix(key, "/"):
		return "the path begins with a slash, which no key does"
	case len(key) > 1024 || !utf8.ValidString(key) || strings.ContainsFunc(key, unprintable):
		return "the path is no key: it is longer than 1,024 bytes, or holds what cannot be printed"
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "." || part == ".." || part == "" {
			return "the path has a part that is empty, . or .., which addresses cannot say"
		}
	}
	return ""
}

// base is the address that paths of requests stand below, and what stands before
// a key in them.
func base(set connectors.Settings, shown string) (*url.URL, string, error) {
	const example = `write it as in url = "https://minio.example.com:9000"`
	region, bucket, text := set.Text("region"), set.Text("bucket"), set.Text("url")
	if region == "" {
		region = "us-east-1"
	}
	inPath := text != ""
	if v := set.Values["path_style"]; v.Is() {
		inPath = v.Bool()
	}
	if text == "" {
		text = "https://s3." + region + ".amazonaws.com"
		if strings.HasPrefix(region, "cn-") {
			text += ".cn"
		}
	}
	u, err := url.Parse(text)
	switch {
	case !named(bucket) || !named(region):
		return nil, "", rowfile.Refuse("open", shown, "the bucket or the region is no name", "they have letters, digits, dots and hyphens")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, "", rowfile.Refuse("open", shown, "the url is not the address of a store", example)
	case u.User != nil:
		return nil, "", rowfile.Refuse("open", shown, "the url holds a user or a password", "give them as access_key and secret_key")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, "", rowfile.Refuse("open", shown, "the url has a ? or a #", example)
	case u.Scheme == "http" && !httpclient.Here(u.Hostname()):
		return nil, "", rowfile.Refuse("open", shown, "records would go unencrypted to another machine", "write https://")
	}
	if inPath {
		return u, bucket + "/", nil
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, "", rowfile.Refuse("open", shown, "an address that is a number has no room for the bucket", "write path_style = true")
	}
	u.Host = bucket + "." + u.Host
	return u, "", nil
}

// named reports whether a text can stand in a host's name.
func named(s string) bool {
	return s != "" && len(s) <= 255 && s[0] != '.' && !strings.Contains(s, "..") &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_", r)
		})
}

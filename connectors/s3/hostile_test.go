package s3_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"syncline/connectors"
	"syncline/connectors/connectortest"
	"syncline/connectors/s3"
	"syncline/schema"
)

// TestHostileKeys holds that a key is one object's whatever it holds, and what is
// listed of keys that mean harm.
func TestHostileKeys(t *testing.T) {
	b := serve(t).bucket(t)
	keys := []string{
		"in/a b+c&d=e.csv", "in/100%25.csv", "in/$(id)`id`;x.csv", "in/Łukasz Ünïcode 日本.csv", "in/é.csv", "in/e\u0301.csv", "in/a'\"<b>.csv", "in/~:@!,.csv", "in/a\\b.csv", "in/..csv.csv",
	}
	for i, key := range keys {
		b.put(escape(key), fmt.Sprintf("id,name\n1,%d\n", i))
		set := b.settings(key)
		if err := session(t, set); err != nil {
			t.Errorf("%q: %v", key, err)
		}
		if text := b.get(escape(key)); text != "id,name\n1,Augusta\n" {
			t.Errorf("%q is %q", key, text)
		}
	}
	for _, key := range []string{"in/.hidden.csv", "in/new\nline.csv", "in/\x1b[31mred.csv", "in/below/a.csv", "inner.csv", "other/a.csv"} {
		b.put(escape(key), "id,name\n1,Ada\n")
	}
	objects, err := connectortest.Opened(t, s3.Definition(), b.settings("in/*.csv")).(connectors.Lister).Objects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, o := range objects {
		seen["in/"+o.Name] = true
		if !o.ReadOnly {
			t.Errorf("%s of a glob can be written", o.Name)
		}
	}
	for _, key := range keys[:len(keys)-1] {
		if !seen[key] {
			t.Errorf("%q is not listed", key)
		}
		delete(seen, key)
	}
	if delete(seen, keys[len(keys)-1]); len(seen) > 0 {
		t.Errorf("listed as well: %v", seen)
	}
	_, err = connectortest.Opened(t, s3.Definition(), b.settings("nowhere/*.csv")).(connectors.Lister).Objects(t.Context())
	connectortest.Says(t, err, connectors.NotFound, "no object matches")
	_, err = connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), b.settings("in/nobody.csv")))
	connectortest.Says(t, err, connectors.NotFound, "init")
}

func escape(key string) string {
	return regexp.MustCompile(`[^A-Za-z0-9/._~-]`).ReplaceAllStringFunc(key, func(s string) string {
		out := ""
		for i := range len(s) {
			out += fmt.Sprintf("%%%02X", s[i])
		}
		return out
	})
}

// TestManyObjects holds that a listing is read to its end.
func TestManyObjects(t *testing.T) {
	b := serve(t).bucket(t)
	for i := range 1003 {
		b.put(fmt.Sprintf("%04d.csv", i), "id\n")
	}
	objects, err := connectortest.Opened(t, s3.Definition(), b.settings("*.csv")).(connectors.Lister).Objects(t.Context())
	if err != nil || len(objects) != 1003 {
		t.Errorf("%d objects, %v", len(objects), err)
	}
}

// TestLargest holds that an object is not fetched that is larger than it may be.
func TestLargest(t *testing.T) {
	b := serve(t).bucket(t)
	b.lay("five.csv", 5<<30)
	_, err := connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), b.settings("five.csv")))
	connectortest.Says(t, err, connectors.Unreadable, "larger than 1024 MiB (largest)")
	b.put("a.csv", "id,name\n1,Ada\n2,"+strings.Repeat("x", 1<<20-20)+"\n")
	set := b.settings("a.csv")
	set.Values["largest"] = schema.Int(1)
	connectortest.Says(t, session(t, set), connectors.Refused, "would be larger than 1 MiB")
}

// TestUploadedInParts holds that an object is read and written whose ETag is no
// MD5, and that what is fetched in parts is of one state.
func TestUploadedInParts(t *testing.T) {
	g := serve(t)
	b := g.bucket(t)
	text := "id,name\n1,Ada\n" + strings.Repeat("2,"+strings.Repeat("x", 97)+"\n", 400_000)
	b.parts("a.csv", text[:6<<20], text[6<<20:])
	if _, header := b.do("HEAD", "a.csv", nil, ""); !strings.HasSuffix(header.Get("Etag"), `-2"`) {
		t.Fatalf("the ETag is %s", header.Get("Etag"))
	}
	if err := session(t, b.settings("a.csv")); err != nil {
		t.Fatal(err)
	}
	if got := b.get("a.csv"); got != strings.Replace(text, "Ada", "Augusta", 1) {
		t.Errorf("the object has %d bytes, and is another", len(got))
	}
	address := g.before(t, func(r *http.Request) {
		if r.Method == "GET" && !strings.HasPrefix(r.Header.Get("Range"), "bytes=0-") {
			b.put("a.csv", "id,name\n1,Eve\n")
		}
	})
	_, err := connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), b.at(address, "a.csv")))
	connectortest.Says(t, err, connectors.Unavailable, "while it was fetched")
}

// parts uploads an object in parts.
func (b *bucket) parts(key string, parts ...string) {
	b.Helper()
	begun, _ := b.do("POST", key+"?uploads=", nil, "")
	id := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(begun)[1]
	list := ""
	for i, text := range parts {
		_, header := b.do("PUT", fmt.Sprintf("%s?partNumber=%d&uploadId=%s", key, i+1, id), nil, text)
		list += fmt.Sprintf("<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>", i+1, header.Get("Etag"))
	}
	b.do("POST", key+"?uploadId="+id, nil, `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`+list+"</CompleteMultipartUpload>")
}

// TestSettings holds what is said of settings that do not fit, and that none of
// it tells a key.
func TestSettings(t *testing.T) {
	b := serve(t).bucket(t)
	b.put("a.csv", "id,name\n1,Ada\n")
	for _, tt := range []struct {
		name, value string
		kind        connectors.ErrorKind
		words       string
	}{
		{"path", "", connectors.Refused, "names no object"},
		{"path", "a/", connectors.Refused, "names no object"},
		{"path", "/a.csv", connectors.Refused, "begins with a slash"},
		{"path", "../other/a.csv", connectors.Refused, "a part that is empty, . or .."},
		{"path", "a//b.csv", connectors.Refused, "a part that is empty, . or .."},
		{"path", "*/a.csv", connectors.Refused, "only the last part"},
		{"path", "a\x00.csv", connectors.Refused, "is no key"},
		{"path", strings.Repeat("a", 1025), connectors.Refused, "is no key"},
		{"path", "nobody.csv", connectors.NotFound, "is path right?"},
		{"bucket", "a/b", connectors.Refused, "is no name"},
		{"bucket", "a@evil.example", connectors.Refused, "is no name"},
		{"bucket", "nobody", connectors.NotFound, "answered 404"},
		{"region", "eu/../x", connectors.Refused, "is no name"},
		{"region", "eu-west-1", connectors.Refused, "AuthorizationHeaderMalformed"},
		{"url", "ftp://127.0.0.1", connectors.Refused, "not the address of a store"},
		{"url", "http://store.example.com", connectors.Refused, "unencrypted"},
		{"url", "https://me:hunter2@store.example.com", connectors.Refused, "holds a user"},
		{"url", "https://store.example.com?x", connectors.Refused, "a ? or a #"},
		{"access_key", "", connectors.Refused, "there is only one"},
		{"secret_key", "wr0ng-canary-key", connectors.Denied, "SignatureDoesNotMatch"},
		{"secret_key", "", connectors.Refused, "there is only one"},
		{"session_token", "canary-token-77", connectors.Refused, "400 "},
		{"encoding", "klingon", connectors.Refused, "no encoding"},
	} {
		set := b.settings("a.csv")
		set.Values[tt.name] = schema.String(tt.value)
		if tt.value == "" {
			set = without(set, tt.name)
		}
		conn, err := s3.Definition().Open(t.Context(), set)
		if err == nil {
			_, err = connectortest.Count(t.Context(), conn)
			conn.Close()
		}
		connectortest.Says(t, err, tt.kind, tt.words)
		var e *connectors.Error
		for _, secret := range []string{b.g.key, b.g.id, "hunter2", "wr0ng-canary-key", "canary-token-77"} {
			if errors.As(err, &e) && strings.Contains(e.Error()+e.Hint, secret) {
				t.Errorf("%s = %q: the secret is told: %v", tt.name, tt.value, err)
			}
		}
	}
}

// without are settings that lack one.
func without(set connectors.Settings, name string) connectors.Settings {
	delete(set.Values, name)
	secret := set.Secret
	set.Secret = func(asked string) (string, error) {
		if asked == name {
			return "", connectors.ErrNoSecret
		}
		return secret(asked)
	}
	return set
}

// TestWhatAStoreSays holds what becomes of answers that are not what was asked
// for, and of hosts that they name.
func TestWhatAStoreSays(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		header map[string]string
		body   string
		path   string
		kind   connectors.ErrorKind
		words  string
	}{
		{"another region", 301, map[string]string{"X-Amz-Bucket-Region": "eu-west-3"}, "", "a.csv", connectors.Refused, `region = "eu-west-3"`},
		{"a region that is none", 301, map[string]string{"X-Amz-Bucket-Region": "x\"; rm"}, "", "a.csv", connectors.Refused, "are url, region and bucket right?"},
		{"another host", 307, map[string]string{"Location": "http://127.0.0.2:1/a.csv"}, "", "a.csv", connectors.Refused, "which is not declared"},
		{"no permission", 403, nil, "", "a.csv", connectors.Denied, "looks as one that is forbidden"},
		{"no ETag", 200, map[string]string{"Content-Length": "3"}, "", "a.csv", connectors.Unreadable, "ETag"},
		{"a weak ETag", 200, map[string]string{"Content-Length": "3", "Etag": `W/"1"`}, "", "a.csv", connectors.Unreadable, "ETag"},
		{"a size that is none", 200, map[string]string{"Etag": `"1"`}, "", "a.csv", connectors.Unreadable, "size"},
		{"HTML", 200, nil, "<html>log in</html>", "*.csv", connectors.Unreadable, "does not answer as S3 does"},
		{"a list that goes round", 200, nil, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "*.csv", connectors.Unreadable, "and not where"},
		{"an archived object", 403, nil, "<Error><Code>InvalidObjectState</Code><Message>canary</Message></Error>", "*.csv", connectors.Denied, "restore it first"},
		{"a code that is none", 403, nil, "<Error><Code>canary &lt;b&gt;</Code></Error>", "*.csv", connectors.Denied, "403 Forbidden"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for name, value := range tt.header {
				w.Header().Set(name, value)
			}
			w.WriteHeader(tt.status)
			if r.Method != "HEAD" {
				w.Write([]byte(tt.body))
			}
		}))
		set := connectors.Settings{Values: map[string]schema.Value{
			"url": schema.String(server.URL), "bucket": schema.String("b"), "path": schema.String(tt.path),
		}}
		conn := connectortest.Opened(t, s3.Definition(), set)
		_, err := conn.(connectors.Lister).Objects(context.Background())
		server.Close()
		connectortest.Says(t, err, tt.kind, tt.words)
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: what the store quotes is told: %v", tt.name, err)
		}
	}
}

// TestPartsThatLie holds that bytes are not believed that are not those asked for.
func TestPartsThatLie(t *testing.T) {
	for name, lie := range map[string]func(http.ResponseWriter){
		"too few":      func(w http.ResponseWriter) { w.WriteHeader(206); w.Write([]byte("id,name\n")) },
		"too many":     func(w http.ResponseWriter) { w.WriteHeader(206); w.Write([]byte("id,name\n1,Ada\n2,Bob\n")) },
		"nothing":      func(w http.ResponseWriter) { w.WriteHeader(204) },
		"another ETag": func(w http.ResponseWriter) { w.Header().Set("Etag", `"2"`); w.Write([]byte("id,name\n1,Ada\n")) },
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Etag", `"1"`)
			if r.Method == "HEAD" {
				w.Header().Set("Content-Length", "14")
				return
			}
			lie(w)
		}))
		set := connectors.Settings{Values: map[string]schema.Value{
			"url": schema.String(server.URL), "bucket": schema.String("b"), "path": schema.String("a.csv"),
		}}
		n, err := connectortest.Count(t.Context(), connectortest.Opened(t, s3.Definition(), set))
		server.Close()
		if kind := connectors.KindOf(err); n != 0 || kind != connectors.Unreadable && kind != connectors.Unavailable {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
}

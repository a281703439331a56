// Package sftp connects files on an SFTP server: csv, tsv, jsonl and json to
// read and write, xlsx to read, as connectors/file does on a disk.
//
// [Definition] is where to enter. A file is fetched whole into a file without a
// name on this machine, with its SHA-256, and read there; how its rows are
// listed, indexed and written is connectors/rowfile. A new state is uploaded
// beside the file, made lasting where the server can (fsync@openssh.com), and
// takes the file's place in one step (posix-rename@openssh.com) after one more
// look at what lies there.
//
// The server has to show a host key that the configuration knows. There is no
// way to accept any.
//
// What is left to know: between the last look and the rename lies a moment in
// which an edit is lost; SFTP has no call that closes it. Servers count times in
// seconds, so that a file that changed just now is fetched again to be sure.
package sftp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"syncline/connectors"
	"syncline/connectors/rowfile"
	"syncline/schema"
)

// Definition returns the connector.
func Definition() connectors.Definition {
	return connectors.Definition{
		Name: "sftp",
		Doc: "Records in a file on an SFTP server: csv, tsv, jsonl, json or xlsx.\n\n" +
			"Writing uploads a new file and renames it over the old one, and changes no byte that no change is about; xlsx and globs are only read. " +
			"The server must be able to rename in one step (OpenSSH can) and show the host key that known_hosts has.",
		Example: example, Settings: settings(),
		Facts: rowfile.Facts(),
		Open:  open,
	}
}

const example = `
system "export" {
  connector   = "sftp"
  url         = "sftp://syncline@files.example.com/out/candidates.csv"
  known_hosts = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI…"
  private_key = secret("file:sftp_key")
}
`

func settings() []schema.Field {
	text := schema.Type{Kind: schema.KindString}
	return slices.Concat([]schema.Field{
		{Name: "url", Type: text, Required: true, Doc: "The file, as in sftp://user@host:22/data/people.csv, or with * in the last part several that are only read. /~/ starts at the user's home. Without a password: that is a secret."},
		{Name: "known_hosts", Type: text, Doc: "The server's host key, as in \"ssh-ed25519 AAAA…\", or a file of known hosts. Without it the connection fails and tells the key to check."},
		{Name: "private_key", Type: text, Secret: true, Doc: "The private key to log in with: the text of the file."},
		{Name: "passphrase", Type: text, Secret: true, Doc: "What the private key is encrypted with."},
		{Name: "password", Type: text, Secret: true, Doc: "The password to log in with."},
		{Name: "silence", Type: text, Default: schema.String("30s"), Doc: "How long the server may say nothing while it is asked something."},
		{Name: "largest", Type: schema.Type{Kind: schema.KindInt}, Default: schema.Int(1024), Doc: "How large a file may be that is fetched, in MiB."},
	}, rowfile.Fields())
}

// open reads the settings and logs in.
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
	if _, err := f.server.client(ctx); err != nil {
		return nil, err
	}
	return &conn{rows, f}, nil
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

// Close ends the connection. It may be called twice.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.folder.close()
	return err
}

func folderOf(set connectors.Settings) (*folder, error) {
	const example = `write it as in url = "sftp://user@host:22/data/people.csv"`
	u, err := url.Parse(set.Text("url"))
	var bad string
	switch {
	case err != nil:
		return nil, rowfile.Refuse("open", "", "the url cannot be read", example)
	case u.Scheme != "sftp" || u.Hostname() == "":
		bad = "the url names no SFTP server"
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		bad = "the url has a ? or a #: write them %3F and %23"
	case strings.ContainsRune(u.Path, 0):
		bad = "the url holds a zero byte"
	case u.User == nil || u.User.Username() == "":
		bad = "the url names no user"
	case path.Base(u.Path) == "/" || strings.HasSuffix(u.Path, "/"):
		bad = "the url names no file"
	}
	if _, has := u.User.Password(); has {
		u.User = url.User(u.User.Username())
		return nil, rowfile.Refuse("open", u.Redacted(), "the url holds a password", `take it out and write password = secret("env:NAME")`)
	}
	if bad != "" {
		return nil, rowfile.Refuse("open", "", bad, example)
	}
	port := u.Port()
	if port == "" {
		port = "22"
	}
	f := &folder{shown: u.String(), largest: set.Int("largest") << 20, now: set.Now, states: map[string]*state{}}
	if f.largest <= 0 {
		f.largest = 1 << 30
	}
	f.path = path.Clean(u.Path)
	if home, ok := strings.CutPrefix(f.path, "/~/"); ok {
		f.path = home
	}
	if f.glob = strings.ContainsAny(path.Base(f.path), "*?["); strings.ContainsAny(path.Dir(f.path), "*?[") {
		return nil, rowfile.Refuse("open", f.shown, "only the last part of the path can have *, ? or [", "name the folder")
	}
	f.server = &server{address: net.JoinHostPort(u.Hostname(), port), shown: u.Scheme + "://" + u.Host, user: u.User.Username()}
	f.server.silence = 30 * time.Second
	if s := set.Text("silence"); s != "" {
		if f.server.silence, err = time.ParseDuration(s); err != nil || f.server.silence <= 0 {
			return nil, rowfile.Refuse("open", f.shown, fmt.Sprintf("silence = %q is not a duration", s), `write it as in silence = "30s"`)
		}
	}
	if err := f.server.trust(set); err != nil {
		return nil, err
	}
	f.server.login, err = logins(set, f.shown)
	return f, err
}

// logins are the ways to log in that the settings give.
func logins(set connectors.Settings, shown string) ([]ssh.AuthMethod, error) {
	var out []ssh.AuthMethod
	key, err := set.Credential("private_key")
	if err != nil {
		return nil, err
	}
	if key != "" {
		phrase, err := set.Credential("passphrase")
		if err != nil {
			return nil, err
		}
		signer, err := signerOf(key, phrase, shown)
		if err != nil {
			return nil, err
		}
		out = append(out, ssh.PublicKeys(signer))
	}
	password, err := set.Credential("password")
	if err != nil {
		return nil, err
	}
	if password != "" {
		out = append(out, ssh.Password(password), ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = password
			}
			return answers, nil
		}))
	}
	if len(out) == 0 {
		return nil, rowfile.Refuse("open", shown, "nothing says how to log in", `write private_key = secret("file:id_ed25519"), or password`)
	}
	return out, nil
}

func signerOf(key, phrase, shown string) (ssh.Signer, error) {
	if !strings.HasSuffix(key, "\n") {
		key += "\n"
	}
	parse := func() (ssh.Signer, error) { return ssh.ParsePrivateKey([]byte(key)) }
	if phrase != "" {
		parse = func() (ssh.Signer, error) { return ssh.ParsePrivateKeyWithPassphrase([]byte(key), []byte(phrase)) }
	}
	signer, err := parse()
	var missing *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &missing):
		return nil, rowfile.Refuse("open", shown, "the private key is encrypted", `write passphrase = secret("env:NAME")`)
	case err != nil:
		return nil, rowfile.Refuse("open", shown, "the private key cannot be read, or not with this passphrase", "it is the text of the file, from BEGIN to END")
	}
	return signer, nil
}

var _ rowfile.File = (*fetched)(nil)

// fetched is a state of a file, in a file of this machine.
type fetched struct {
	*os.File
	state *state
	owner *folder
}

package exec

import (
	"fmt"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"syncline/connectors"
	"syncline/schema"
)

// program is what a configuration says of a program: how it is started, and how
// much of its patience and its output Syncline bears.
type program struct {
	name    string // for messages: the system, and the file that runs
	path    string
	args    []string
	dir     string
	env     []string
	config  schema.Value // an object, with the secrets
	hide    *hider
	notice  func(string)
	now     func() time.Time
	silence time.Duration
	grace   time.Duration
	fresh   time.Duration
	longest int
	most    int64
}

func programOf(set connectors.Settings) (*program, error) {
	p := &program{notice: set.Notice, now: set.Now, dir: set.Folder, config: set.Values["config"]}
	if d := set.Path("dir"); d != "" {
		p.dir = d
	}
	for _, v := range set.Values["command"].Items() {
		p.args = append(p.args, v.Text())
	}
	p.name = named(p.args)
	if err := p.find(); err != nil {
		return nil, err
	}
	if p.config.Is() && p.config.Kind() != schema.KindObject {
		return nil, refuse("open", p.name, "config is not an object", "write it as in config = { subdomain = \"acme\" }")
	}
	if err := p.limits(set); err != nil {
		return nil, err
	}
	for _, v := range set.Values["env"].Items() {
		if value, ok := os.LookupEnv(v.Text()); ok {
			p.env = append(p.env, v.Text()+"="+value)
		}
	}
	return p, p.secrets(set)
}

// named is what messages call a program: its first argument that is a file,
// since python3 says nothing.
func named(args []string) string {
	for _, a := range args[min(1, len(args)):] {
		if strings.ContainsAny(a, "./") && !strings.HasPrefix(a, "-") {
			return filepath.Base(a)
		}
	}
	if len(args) == 0 {
		return ""
	}
	return filepath.Base(args[0])
}

// find finds the file to run.
func (p *program) find() error {
	if len(p.args) == 0 || p.args[0] == "" {
		return refuse("open", "", "command names no program", "write it as in command = [\"python3\", \"hris.py\"]")
	}
	for _, a := range p.args {
		if strings.ContainsRune(a, 0) {
			return refuse("open", p.name, "command holds a zero byte", "")
		}
	}
	p.path = p.args[0]
	if strings.ContainsRune(p.path, os.PathSeparator) && !filepath.IsAbs(p.path) {
		p.path = filepath.Join(p.dir, p.path)
	}
	found, err := osexec.LookPath(p.path)
	if err != nil {
		return &connectors.Error{
			Kind: connectors.NotFound, Op: "open", Where: p.args[0], Hint: "install it, or name it by its path; a relative one starts at dir", Err: bare(err),
		}
	}
	if p.path, err = filepath.Abs(found); err != nil {
		return err
	}
	p.args = p.args[1:]
	return nil
}

// bare takes the name off an error that says it already.
func bare(err error) error {
	if e, ok := err.(*osexec.Error); ok {
		return e.Err
	}
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

func (p *program) limits(set connectors.Settings) (err error) {
	for _, s := range []struct {
		name      string
		to        *time.Duration
		otherwise time.Duration
	}{{"silence", &p.silence, time.Minute}, {"grace", &p.grace, 5 * time.Second}, {"fresh", &p.fresh, 0}} {
		if *s.to, err = span(set, s.name); err != nil {
			return err
		}
		if *s.to == 0 {
			*s.to = s.otherwise
		}
	}
	longest, most := set.Int("longest_line"), set.Int("most_output")
	if longest < 0 || longest > 1024 || most < 0 || most > 1<<30 {
		return refuse("open", p.name, "longest_line or most_output is out of bounds", "both are in MiB; longest_line is 1024 at most")
	}
	p.longest, p.most = int(longest)<<20, most<<20
	if longest == 0 {
		p.longest = 16 << 20
	}
	if most == 0 {
		p.most = 4 << 30
	}
	return nil
}

// secrets resolves the secrets, and learns what messages must not say.
func (p *program) secrets(set connectors.Settings) error {
	var hidden []string
	names, items := slices.Clone(p.config.Names()), slices.Clone(p.config.Items())
	for _, b := range set.Blocks {
		if b.Name != "secret" {
			continue
		}
		value := b.Values["value"].Text()
		if !b.Values["value"].Is() {
			var err error
			if value, err = set.Secret("secret." + b.Label + ".value"); err != nil {
				return fmt.Errorf("secret %q: %w", b.Label, err)
			}
		}
		hidden = append(hidden, value)
		variable := b.Values["env"].Text()
		switch {
		case strings.ContainsAny(variable, "=\x00") || variable != "" && strings.ContainsRune(value, 0):
			return refuse("open", p.name, fmt.Sprintf("secret %q cannot be a variable of the environment", b.Label), "name one as in env = \"HRIS_KEY\"")
		case variable != "":
			p.env = slices.DeleteFunc(p.env, func(e string) bool { return strings.HasPrefix(e, variable+"=") })
			p.env = append(p.env, variable+"="+value)
		case slices.Contains(names, b.Label):
			return refuse("open", p.name, fmt.Sprintf("config has %q, and so have the secrets", b.Label), "name it once")
		default:
			names, items = append(names, b.Label), append(items, schema.String(value))
		}
	}
	p.config, p.hide = schema.Object(names, items), newHider(hidden)
	return nil
}

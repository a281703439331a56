package connectortest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"syncline/connectors"
)

// Grants proves that what a connector says it needs is what it needs: with
// exactly these rights an account does the work, with one less it does not.
type Grants struct {
	Definition connectors.Definition
	Settings   connectors.Settings // of an account that was granted nothing
	To         string              // that account, as statements name it
	Selection  connectors.Selection
	Need       connectors.Need
	Write      connectors.Assignment // what a create and an update set
	Exec       func(t testing.TB, statement string)
	Seed       func(t testing.TB, id string) // adds a record
}

// Run grants, works, and takes one thing after the other away.
func (g *Grants) Run(t *testing.T) {
	t.Helper()
	rights, _ := g.Definition.Privileges.Of(&g.Need)
	n := 0
	attempt := func(rights []connectors.Right) error {
		n++
		statements := g.Definition.Privileges.Grant(rights, g.To)
		for _, s := range statements {
			g.Exec(t, strings.TrimSuffix(s, ";"))
		}
		defer func() {
			for _, s := range statements {
				s = "REVOKE " + strings.TrimPrefix(strings.TrimSuffix(s, ";"), "GRANT ")
				at := strings.LastIndex(s, " TO ")
				g.Exec(t, s[:at]+" FROM "+s[at+len(" TO "):])
			}
		}()
		seeded := fmt.Sprintf("seed %d of %d", n, len(g.Need.Verbs))
		g.Seed(t, seeded)
		g.told(t, rights)
		return g.work(t, seeded, fmt.Sprint("new", n))
	}
	if err := attempt(rights); err != nil {
		t.Fatalf("with all it asks for: %v", err)
	}
	for i, r := range rights {
		if r.Fields == nil {
			if attempt(slices.Delete(slices.Clone(rights), i, i+1)) == nil {
				t.Errorf("it works without %s", r.Name)
			}
			continue
		}
		for k, field := range r.Fields {
			less := slices.Clone(rights)
			less[i].Fields = slices.Delete(slices.Clone(r.Fields), k, k+1)
			if len(less[i].Fields) == 0 {
				less = slices.Delete(less, i, i+1)
			}
			if attempt(less) == nil {
				t.Errorf("it works without %s of %s", r.Name, field)
			}
		}
	}
}

// told holds that the system says itself that the account has these rights, and
// no others.
func (g *Grants) told(t testing.TB, rights []connectors.Right) {
	t.Helper()
	conn, err := g.Definition.Open(t.Context(), g.Settings)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	held, err := conn.(connectors.Granter).Held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := spelled(held), spelled(rights); !slices.Equal(got, want) {
		t.Errorf("it was granted %q, and says %q", want, got)
	}
}

func spelled(rights []connectors.Right) (out []string) {
	for _, r := range rights {
		if r.Fields == nil {
			out = append(out, r.Object+" "+r.Name)
		}
		for _, f := range r.Fields {
			out = append(out, r.Object+" "+r.Name+" "+f)
		}
	}
	slices.Sort(out)
	return out
}

// work does with the seeded record, and a new one, all that the need names.
func (g *Grants) work(t testing.TB, seeded, fresh string) error {
	conn, err := g.Definition.Open(t.Context(), g.Settings)
	if err != nil {
		return err
	}
	defer conn.Close()
	sel := g.Selection
	if err := listAll(t, conn, &sel); err != nil {
		return err
	}
	got, err := conn.(connectors.Getter).Get(t.Context(), &sel, []string{seeded})
	if err != nil || len(got) != 1 || got[0].Presence != connectors.Live {
		return errors.Join(err, fmt.Errorf("the record is not found"))
	}
	revision, hash := got[0].Record.Revision, got[0].Hash
	for _, verb := range g.Need.Verbs {
		change := connectors.Change{Operation: seeded + verb, Verb: verb, ID: seeded, Revision: revision, Hash: hash}
		switch verb {
		case "read":
			continue
		case "create":
			change = connectors.Change{Operation: seeded + verb, Verb: verb, NewID: fresh, Set: []connectors.Assignment{g.Write}}
		case "update":
			change.Set = []connectors.Assignment{g.Write}
		}
		results, err := conn.(connectors.Writer).Write(t.Context(), &sel, []connectors.Change{change})
		if err == nil {
			err = results[0].Err
		}
		if err != nil {
			return err
		}
		if verb == "update" {
			revision, hash = results[0].Revision, results[0].Hash
		}
	}
	return nil
}

func listAll(t testing.TB, conn connectors.Conn, sel *connectors.Selection) error {
	stream, err := conn.(connectors.Reader).Read(t.Context(), sel, nil, true)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		var b connectors.Batch
		err := stream.Next(t.Context(), &b)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

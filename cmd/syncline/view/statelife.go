package view

import (
	"syncline/engine"
)

// Checked prints what a check of the state found.
func (p *Page) Checked(c engine.CheckedState) {
	if len(c.Findings) == 0 {
		p.line("%s: %s, and %s of the journal.", p.paint(good, "Everything fits"), plural(c.Links, "link", "links"), plural(int(c.Entries), "entry", "entries"))
		return
	}
	for _, f := range c.Findings {
		p.line("%s %s", p.paint(bad, "finding:"), clean(f.What))
		p.paragraph("  ", f.Now)
	}
	p.line("")
	p.line("%s in %s", plural(len(c.Findings), "finding", "findings"), clean(c.Folder))
}

// BackedUp prints what a backup holds.
func (p *Page) BackedUp(b engine.BackedUp) {
	p.line("The state is copied to %s: %s, %s of the journal.", clean(b.Folder), size(b.Bytes), plural(int(b.Entries), "entry", "entries"))
	if b.Held {
		p.line("  A run has the state; it made the copy between two commits.")
	}
	p.line("  It holds what the state holds, the journal's key too: keep it as safe.")
}

// Restored prints what a restoring did.
func (p *Page) Restored(r engine.Restored) {
	p.line("The state is that of %s, with %s of the journal.", clean(r.From), plural(int(r.Entries), "entry", "entries"))
	if r.Aside != "" {
		p.line("  The one it replaces is in %s: remove it when nobody needs it any more.", clean(r.Aside))
	}
	p.line("  See what the next run would do with `syncline plan`: edits since then look like edits, records made since then are linked by their keys.")
}

// Compacted prints what writing the state anew did.
func (p *Page) Compacted(c engine.Compacted) {
	p.line("The state's file has %s, before it had %s.", size(c.After), size(c.Before))
}

// Rotated prints what became of the state's encryption.
func (p *Page) Rotated(r engine.Rotated) {
	switch {
	case r.Already && r.Entries == 0 && r.Is:
		p.line("The state has the configuration's key already. -fresh encrypts every value anew.")
	case r.Already && r.Entries == 0:
		p.line("The state is not encrypted, and the configuration names no key.")
	case r.Is && !r.Was:
		p.line("The state is encrypted with the configuration's key.")
	case !r.Is:
		p.line("The state is not encrypted any more.")
	case r.Already:
		p.line("Every value is encrypted anew. The key is the one it was.")
	default:
		p.line("The state has the configuration's key now. The old one opens nothing but old backups.")
	}
}

// Forgotten prints what is, or would be, forgotten of somebody.
func (p *Page) Forgotten(f engine.Forgotten) {
	head, then := "This would be dropped:", "Nothing is done yet: -yes does it."
	if f.Applied {
		head, then = "This is dropped:", ""
	}
	p.line("%s", head)
	rows := make([][]string, 0, len(f.Drops)+1)
	for _, d := range f.Drops {
		rows = append(rows, []string{count(d.Count), clean(d.Kind)})
	}
	rows = append(rows, []string{count(f.Entries), "entries of the journal that nobody can open then"})
	p.table("  ", columns(">count", "what"), rows)
	for _, x := range f.Entities {
		p.line("  known to the journal as %s, which says nobody", clean(x))
	}
	p.line("")
	if f.Applied {
		p.searched(f)
	}
	for _, path := range f.Copies {
		p.line("  %s is a state beside the folder and may hold them: remove it.", clean(path))
	}
	if f.Applied && f.Blocked {
		p.line("  Their records are set aside from now on, by digests that say of nobody who it is.")
	} else {
		p.line("  At the ends they stay: who is still there when a run reads them is new to it. -block sets them aside.")
	}
	p.line("  Backups made before still hold them.")
	if then != "" {
		p.line("")
		p.line("%s", then)
	}
}

func (p *Page) searched(f engine.Forgotten) {
	if len(f.Remains) == 0 {
		p.line("%s: none of their ids and values, of four characters or more, is in any byte of the state folder's %s.", p.paint(good, "Searched"), plural(f.Searched, "file", "files"))
	}
	for _, path := range f.Remains {
		p.line("%s %s still has a text that is theirs; it may be somebody else's as well", p.paint(bad, "found:"), clean(path))
	}
}

// StateCheck is a check of the state for machines.
type StateCheck struct {
	Folder   string                `json:"folder"`
	Links    int                   `json:"links"`
	Entries  uint64                `json:"journal_entries"`
	Findings []engine.StateFinding `json:"findings"`
}

// MachineCheck returns a check in the form of JSON.
func MachineCheck(c engine.CheckedState) StateCheck {
	return StateCheck{c.Folder, c.Links, c.Entries, c.Findings}
}

// Backup is a backup for machines.
type Backup struct {
	Folder  string `json:"folder"`
	Bytes   int64  `json:"bytes"`
	Entries uint64 `json:"journal_entries"`
	Held    bool   `json:"held"`
}

// MachineBackup returns a backup in the form of JSON.
func MachineBackup(b engine.BackedUp) Backup { return Backup{b.Folder, b.Bytes, b.Entries, b.Held} }

// Restore is a restoring for machines.
type Restore struct {
	From    string `json:"from"`
	Aside   string `json:"aside,omitempty"`
	Entries uint64 `json:"journal_entries"`
}

// MachineRestored returns a restoring in the form of JSON.
func MachineRestored(r engine.Restored) Restore { return Restore{r.From, r.Aside, r.Entries} }

// Compact is the packing of a state for machines.
type Compact struct {
	Before  int64 `json:"bytes_before"`
	After   int64 `json:"bytes_after"`
	Entries int   `json:"entries"`
}

// MachineCompacted returns a packing in the form of JSON.
func MachineCompacted(c engine.Compacted) Compact { return Compact{c.Before, c.After, c.Entries} }

// Rotate is a change of the state's key for machines.
type Rotate struct {
	Was     bool `json:"was_encrypted"`
	Is      bool `json:"is_encrypted"`
	Already bool `json:"had_this_key"`
}

// MachineRotated returns a change of the key in the form of JSON.
func MachineRotated(r engine.Rotated) Rotate { return Rotate{r.Was, r.Is, r.Already} }

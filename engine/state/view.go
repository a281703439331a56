package state

// View is a snapshot of the state.
type View struct{}

func (v *View) Link(e Entity, l *Link) (bool, error)                           { panic("body follows") }
func (v *View) Links(p Number, fn func(*Link) error) error                     { panic("body follows") }
func (v *View) LinksOf(es []Entity, fn func(i int, l *Link) error) error       { panic("body follows") }
func (v *View) ByID(p, end Number, record string) (Entity, bool)               { panic("body follows") }
func (v *View) ByIDs(p, end Number, records []string, dst []Entity) []Entity   { panic("body follows") }
func (v *View) ByKey(p, key Number, digest uint64, dst []Entity) []Entity      { panic("body follows") }
func (v *View) IntentOf(e Entity, end Number) (page uint64, i Intent, ok bool) { panic("body follows") }
func (v *View) Intents(fn func(page uint64, is []Intent) error) error          { panic("body follows") }
func (v *View) Conflict(p Number, e Entity, u Number, s string) (Conflict, bool) {
	panic("body follows")
}
func (v *View) Conflicts(p Number, fn func(*Conflict) error) error   { panic("body follows") }
func (v *View) Waits(p Number, fn func(*Wait) error) error           { panic("body follows") }
func (v *View) Deads(p Number, fn func(*Dead) error) error           { panic("body follows") }
func (v *View) Dead(p, end Number, record string) (Dead, bool)       { panic("body follows") }
func (v *View) Tomb(p, end Number, record string) (Tomb, bool)       { panic("body follows") }
func (v *View) Tombs(p Number, fn func(*Tomb) error) error           { panic("body follows") }
func (v *View) Apart(p Number, x, y Ref) bool                        { panic("body follows") }
func (v *View) Facts(p Number, e Entity, fn func(*Fact) error) error { panic("body follows") }
func (v *View) Breakers(p Number, fn func(*Breaker) error) error     { panic("body follows") }
func (v *View) Events(fn func(*Event) error) error                   { panic("body follows") }
func (v *View) Actions(fn func(*Action) error) error                 { panic("body follows") }
func (v *View) Dues(fn func(*Due) error) error                       { panic("body follows") }
func (v *View) Checkpoint(p, end Number) []byte                      { panic("body follows") }
func (v *View) Pass(p, end Number) Pass                              { panic("body follows") }
func (v *View) Hash(name string) []byte                              { panic("body follows") }
func (v *View) Totals(p Number) Totals                               { panic("body follows") }
func (v *View) Audit() (length int64, head [32]byte)                 { panic("body follows") }

// Totals counts what a pipeline has.
type Totals struct {
	States  [Tombstone + 1]int64 // links by state
	Classes [Classes]int64       // links and what Batch.Add added, by class
}

package state

import "time"

// Batch is what changes together. It is not used concurrently.
type Batch struct{}

func (b *Batch) PutLink(l *Link)                                          { panic("body follows") }
func (b *Batch) DeleteLink(e Entity)                                      { panic("body follows") }
func (b *Batch) PutID(p, end Number, record string, e Entity)             { panic("body follows") }
func (b *Batch) DeleteID(p, end Number, record string)                    { panic("body follows") }
func (b *Batch) ClaimKey(p, key Number, digest uint64, e Entity)          { panic("body follows") }
func (b *Batch) ReleaseKey(p, key Number, digest uint64, e Entity)        { panic("body follows") }
func (b *Batch) PutIntents(page uint64, intents []Intent)                 { panic("body follows") }
func (b *Batch) DeleteIntents(page uint64)                                { panic("body follows") }
func (b *Batch) PutConflict(c *Conflict)                                  { panic("body follows") }
func (b *Batch) DeleteConflict(p Number, e Entity, unit Number, s string) { panic("body follows") }
func (b *Batch) PutWait(w *Wait)                                          { panic("body follows") }
func (b *Batch) DeleteWait(p Number, e Entity, end, unit Number)          { panic("body follows") }
func (b *Batch) PutDead(d *Dead)                                          { panic("body follows") }
func (b *Batch) DeleteDead(p, end Number, record string)                  { panic("body follows") }
func (b *Batch) PutTomb(t *Tomb)                                          { panic("body follows") }
func (b *Batch) DeleteTomb(p, end Number, record string)                  { panic("body follows") }
func (b *Batch) PutApart(p Number, x, y Ref)                              { panic("body follows") }
func (b *Batch) PutFact(f *Fact)                                          { panic("body follows") }
func (b *Batch) PutBreaker(k *Breaker)                                    { panic("body follows") }
func (b *Batch) DeleteBreaker(p, end, unit Number)                        { panic("body follows") }
func (b *Batch) PutEvent(e *Event)                                        { panic("body follows") }
func (b *Batch) DeleteEvent(sequence uint64)                              { panic("body follows") }
func (b *Batch) PutSeen(e *Seen)                                          { panic("body follows") }
func (b *Batch) DeleteSeen(p, end Number, event string)                   { panic("body follows") }
func (b *Batch) PutAction(a *Action)                                      { panic("body follows") }
func (b *Batch) DeleteAction(sequence uint64)                             { panic("body follows") }
func (b *Batch) PutDue(d *Due)                                            { panic("body follows") }
func (b *Batch) DeleteDue(d *Due)                                         { panic("body follows") }
func (b *Batch) SetCheckpoint(p, end Number, checkpoint []byte)           { panic("body follows") }
func (b *Batch) SetPass(p, end Number, pass Pass)                         { panic("body follows") }
func (b *Batch) SetHash(name string, hash []byte)                         { panic("body follows") }
func (b *Batch) SetListing(l *ListingWriter)                              { panic("body follows") }
func (b *Batch) Add(p Number, c Class, n int64)                           { panic("body follows") }
func (b *Batch) SetAudit(length int64, head [32]byte)                     { panic("body follows") }
func (b *Batch) Size() int                                                { panic("body follows") }
func (b *Batch) Reset()                                                   { panic("body follows") }

// Pass is what is known of a pipeline's passes over one end.
type Pass struct {
	Complete time.Time // when the last complete one ended; zero: none yet
	First    bool      // whether the first one towards the end is done
}

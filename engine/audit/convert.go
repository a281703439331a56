package audit

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"time"
)

// KindConverted is the kind of the entry that begins a journal which was
// written anew in a later format. Its outcome names the head that the journal
// had before, up to which it was verified.
const KindConverted = "convert"

// Old reports whether the journal was begun in an older format.
func (j *Journal) Old() (old bool, err error) {
	stop := errors.New("enough")
	err = j.walk(func(f frame) error {
		old = f.open[0] < format
		return stop
	})
	if err == stop {
		err = nil
	}
	return old, err
}

// Convert writes the journal anew in the format of today beside the old one,
// and returns its head. Once the store knows that head, the next Open puts it
// in the old one's place; until then the old one stands. What is sealed and
// whose salt is not given any more is dropped, for nobody can open it.
func (j *Journal) Convert(at time.Time, salts Salts) (Head, error) {
	before := j.Head()
	n, err := j.Verify()
	if err != nil {
		return Head{}, err
	}
	file, err := os.OpenFile(j.path+newSuffix, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return Head{}, j.world(err)
	}
	to := &Journal{options: j.options, path: j.path + newSuffix, file: file, sealer: j.sealer, random: j.random}
	to.options.ReadOnly = false
	if err := to.begin(); err != nil {
		return Head{}, errors.Join(err, file.Close())
	}
	_, err = to.Append([]Entry{{
		Time: at, Kind: KindConverted,
		Outcome: fmt.Sprintf("%d entries held up to %s", n, hex.EncodeToString(before.Hash[:])),
	}})
	if err == nil {
		err = j.copyEntries(to, salts)
	}
	return to.Head(), errors.Join(err, file.Close())
}

// convertBatch is about how many bytes of entries are appended at once.
const convertBatch = 1 << 20

func (j *Journal) copyEntries(to *Journal, salts Salts) error {
	var d Draft
	err := j.Search(Filter{}, salts, func(e *Entry) error {
		if !e.Readable {
			e.Values = nil
			if salt, ok := salts(e.Entity); ok {
				e.Salt = salt
			} else if e.Entity != "" {
				e.forget()
			}
		}
		if err := to.Draft(&d, e); err != nil || d.Len() < convertBatch {
			return err
		}
		defer d.Reset()
		_, err := to.AppendDraft(&d)
		return err
	})
	if err == nil {
		_, err = to.AppendDraft(&d)
	}
	return err
}

// forget drops what may say who it was.
func (e *Entry) forget() {
	for _, s := range e.closed() {
		*s = ""
	}
}

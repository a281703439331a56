package file

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"os"
	"time"

	"syncline/connectors/rowfile"
)

// settled is how old a file's last change must be for its time to prove that
// it has not changed since: file systems count time coarsely.
const settled = 2 * time.Second

// stamped is a stamp and the file it was made of.
type stamped struct {
	info  fs.FileInfo
	made  time.Time
	stamp string
}

// Stamp implements rowfile.Folder: a known stamp of a file whose size and time
// have not moved; else the file is read.
func (f *folder) Stamp(_ context.Context, t rowfile.Target) (string, error) {
	f.mu.Lock()
	known, ok := f.stamps[t.Path]
	f.mu.Unlock()
	if now, err := os.Stat(t.Path); ok && err == nil && os.SameFile(known.info, now) && unchanged(known.info, now) &&
		known.made.Sub(now.ModTime()) > settled {
		return known.stamp, nil
	}
	return f.digest(t)
}

// digest reads the file.
func (f *folder) digest(t rowfile.Target) (string, error) {
	if err := regular(t); err != nil {
		return "", err
	}
	file, err := os.Open(t.Path)
	if err != nil {
		return "", rowfile.Problem("stamp", t.Shown, err)
	}
	defer file.Close()
	made := time.Now()
	info, err := file.Stat()
	if err != nil {
		return "", rowfile.Problem("stamp", t.Shown, err)
	}
	h := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{file}, make([]byte, 1<<18))
	if err != nil {
		return "", rowfile.Problem("stamp", t.Shown, err)
	}
	stamp := rowfile.StampOf(n, h.Sum(nil))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stamps == nil {
		f.stamps = map[string]stamped{}
	}
	f.stamps[t.Path] = stamped{info, made, stamp}
	return stamp, nil
}

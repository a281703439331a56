package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
	"time"

	"syncline/connectors"
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

// Stamp implements connectors.Stamper: the file's size and SHA-256.
func (c *conn) Stamp(ctx context.Context, sel *connectors.Selection) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t, err := c.target("stamp", sel.Object)
	if err != nil {
		return "", err
	}
	return c.stamp(t)
}

// stamp returns a known stamp of a file whose size and time have not moved,
// and reads the file otherwise.
func (c *conn) stamp(t target) (string, error) {
	c.mu.Lock()
	known, ok := c.stamps[t.path]
	c.mu.Unlock()
	if now, err := os.Stat(t.path); ok && err == nil && os.SameFile(known.info, now) && unchanged(known.info, now) &&
		known.made.Sub(now.ModTime()) > settled {
		return known.stamp, nil
	}
	return c.digest(t)
}

// digest reads the file.
func (c *conn) digest(t target) (string, error) {
	if err := regular(t); err != nil {
		return "", err
	}
	file, err := os.Open(t.path)
	if err != nil {
		return "", problem("stamp", t.shown, err)
	}
	defer file.Close()
	made := time.Now()
	info, err := file.Stat()
	if err != nil {
		return "", problem("stamp", t.shown, err)
	}
	h := sha256.New()
	n, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{file}, make([]byte, 1<<18))
	if err != nil {
		return "", problem("stamp", t.shown, err)
	}
	stamp := stampOf(n, h.Sum(nil))
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stamps == nil {
		c.stamps = map[string]stamped{}
	}
	c.stamps[t.path] = stamped{info, made, stamp}
	return stamp, nil
}

func stampOf(size int64, sum []byte) string {
	return strconv.FormatInt(size, 10) + ":" + hex.EncodeToString(sum)
}

// full reports whether an error says that there is no room left.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

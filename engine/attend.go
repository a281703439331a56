package engine

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"syncline/engine/state"
)

// Who has the state open for writing answers who asks for a backup. The
// question is a file in the state folder, ask-ID; the answer is the folder
// backup-ID, which gets its name only when it is whole, or a file refused-ID.
const (
	askPrefix    = "ask-"
	answerPrefix = "backup-"
	refusePrefix = "refused-"
	partSuffix   = ".part"
)

// attendant looks for questions as long as a state is held.
type attendant struct {
	quit, done chan struct{}
}

func attend(s *state.Store, folder string, every time.Duration) *attendant {
	a := &attendant{quit: make(chan struct{}), done: make(chan struct{})}
	for _, left := range []string{answerPrefix, refusePrefix} {
		removeAll(folder, left) // nobody waits for them any more
	}
	go a.run(s, folder, every)
	return a
}

func removeAll(folder, prefix string) {
	names, _ := filepath.Glob(filepath.Join(folder, prefix+"*"))
	for _, name := range names {
		_ = os.RemoveAll(name)
	}
}

func (a *attendant) stop() {
	close(a.quit)
	<-a.done
}

func (a *attendant) run(s *state.Store, folder string, every time.Duration) {
	defer close(a.done)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-a.quit:
			return
		case <-tick.C:
			answerAll(s, folder)
		}
	}
}

func answerAll(s *state.Store, folder string) {
	asked, _ := filepath.Glob(filepath.Join(folder, askPrefix+"*"))
	for _, path := range asked {
		id := strings.TrimPrefix(filepath.Base(path), askPrefix)
		if err := answer(s, folder, id); err != nil {
			_ = os.WriteFile(filepath.Join(folder, refusePrefix+id), []byte(err.Error()), 0o600)
		}
		_ = os.Remove(path)
	}
}

// answer makes the copy that was asked for. An id says nothing of a path: it
// is hexadecimal or nobody's.
func answer(s *state.Store, folder, id string) error {
	if raw, err := hex.DecodeString(id); err != nil || len(raw) != 8 {
		return errors.New("this is no question")
	}
	to := filepath.Join(folder, answerPrefix+id)
	if err := copyState(s, folder, to+partSuffix); err != nil {
		return errors.Join(err, os.RemoveAll(to+partSuffix))
	}
	return os.Rename(to+partSuffix, to)
}

// request is a question and where its answer is looked for.
type request struct{ folder, id string }

func newRequest(folder string, random io.Reader) (*request, error) {
	var id [8]byte
	if _, err := io.ReadFull(random, id[:]); err != nil {
		return nil, err
	}
	r := &request{folder: folder, id: hex.EncodeToString(id[:])}
	return r, os.WriteFile(r.path(askPrefix), nil, 0o600)
}

func (r *request) path(prefix string) string { return filepath.Join(r.folder, prefix+r.id) }

func (r *request) withdraw() {
	for _, prefix := range []string{askPrefix, answerPrefix, refusePrefix} {
		_ = os.RemoveAll(r.path(prefix))
	}
	_ = os.RemoveAll(r.path(answerPrefix) + partSuffix)
}

func (r *request) answered() (bool, error) {
	if _, err := os.Stat(r.path(answerPrefix)); err == nil {
		return true, nil
	}
	text, err := os.ReadFile(r.path(refusePrefix))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return false, fmt.Errorf("the run that has the state cannot copy it: %s", text)
}

// fetch puts the answer where it was wanted: on another disk it is copied.
func (r *request) fetch(folder string, ok bool) error {
	if !ok {
		return nil
	}
	from := r.path(answerPrefix)
	if os.Rename(from, folder) == nil {
		return syncFolder(filepath.Dir(folder))
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	files, err := os.ReadDir(from)
	for _, f := range files {
		err = errors.Join(err, copyFile(filepath.Join(from, f.Name()), filepath.Join(folder, f.Name())))
	}
	return errors.Join(err, syncFolder(folder), syncFolder(filepath.Dir(folder)))
}

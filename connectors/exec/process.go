package exec

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	osexec "os/exec"
	"sync"
	"time"
)

// process is a program that runs, and whatever it started.
type process struct {
	program *program
	cmd     *osexec.Cmd
	in      *os.File // its standard input
	out     *output
	said    *said
	ended   chan struct{} // closed when it is gone
	exit    error         // how it ended; read it after ended
}

// start runs the program with further arguments.
func (p *program) start(args ...string) (*process, error) {
	pipes, err := newPipes()
	if err != nil {
		return nil, fail("open", p.name, err)
	}
	cmd := osexec.Command(p.path, append(append([]string(nil), p.args...), args...)...)
	cmd.Dir, cmd.Env = p.dir, append([]string{}, p.env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = pipes.inRead, pipes.outWrite, pipes.errWrite
	apart(cmd)
	err = cmd.Start()
	pipes.inRead.Close()
	pipes.outWrite.Close()
	pipes.errWrite.Close()
	if err != nil {
		pipes.inWrite.Close()
		pipes.outRead.Close()
		pipes.errRead.Close()
		return nil, fail("open", p.name, bare(err))
	}
	r := &process{program: p, cmd: cmd, in: pipes.inWrite, ended: make(chan struct{})}
	r.out = &output{from: pipes.outRead, ended: r.ended, silence: p.silence, longest: p.longest, left: p.most}
	r.said = &said{hide: p.hide, notice: p.notice, done: make(chan struct{})}
	go r.said.listen(pipes.errRead)
	go r.wait(pipes.errRead)
	return r, nil
}

// wait sees the program end, and ends what it left behind.
func (r *process) wait(stderr *os.File) {
	r.exit = r.cmd.Wait()
	killGroup(r.cmd.Process, true)
	close(r.ended)
	r.out.from.SetReadDeadline(time.Now().Add(linger))
	stderr.SetReadDeadline(time.Now().Add(linger))
}

// send writes a line to the program. When it fails, the program has not got a
// whole line.
func (r *process) send(ctx context.Context, line []byte) error {
	r.in.SetWriteDeadline(time.Now().Add(r.program.silence))
	defer context.AfterFunc(ctx, func() { r.in.SetWriteDeadline(time.Unix(1, 0)) })()
	_, err := r.in.Write(append(line, '\n'))
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.New("it does not read its input")
	}
	return r.last("it ended")
}

// close lets the program end by itself, at the end of its input.
func (r *process) close() {
	r.in.Close()
	r.out.from.Close()
	select {
	case <-r.ended:
	case <-time.After(r.program.grace):
	}
	r.kill()
}

// kill ends the program: as it is asked to, else by force.
func (r *process) kill() {
	r.in.Close()
	if !r.out.over() { // the number of one that is gone may be another's by now
		killGroup(r.cmd.Process, false)
	}
	select {
	case <-r.ended:
	case <-time.After(r.program.grace):
		killGroup(r.cmd.Process, true)
		<-r.ended
	}
	r.out.from.Close()
	<-r.said.done
}

// last is how the program ended, with its last word.
func (r *process) last(what string) error {
	select {
	case <-r.ended:
	case <-time.After(linger):
		return errors.New(what)
	}
	<-r.said.done
	if r.exit != nil {
		what = "it ended with " + r.exit.Error()
	}
	if word := r.said.last(); word != "" {
		return fmt.Errorf("%s; it said last: %s", what, word)
	}
	return errors.New(what)
}

// pipes are both ends of the three streams of a program.
type pipes struct{ inRead, inWrite, outRead, outWrite, errRead, errWrite *os.File }

func newPipes() (p pipes, err error) {
	var made []*os.File
	pipe := func() (r, w *os.File) {
		if err == nil {
			r, w, err = os.Pipe()
			made = append(made, r, w)
		}
		return r, w
	}
	p.inRead, p.inWrite = pipe()
	p.outRead, p.outWrite = pipe()
	p.errRead, p.errWrite = pipe()
	if err != nil {
		for _, f := range made {
			f.Close()
		}
	}
	return p, err
}

// noticed is how many lines a process may say of itself; the others are counted.
const noticed = 20

// said is what a program says on its standard error.
type said struct {
	hide   *hider
	notice func(string)
	done   chan struct{}
	mu     sync.Mutex
	word   string
	lines  int
}

func (s *said) listen(from *os.File) {
	defer close(s.done)
	defer from.Close()
	r := bufio.NewReaderSize(from, 8<<10)
	for {
		line, more, err := r.ReadLine()
		if err != nil {
			break
		}
		s.hear(string(line))
		for more && err == nil { // the rest of a line that is too long to tell
			_, more, err = r.ReadLine()
		}
	}
	if s.lines > noticed && s.notice != nil {
		s.notice(fmt.Sprintf("and %d lines more", s.lines-noticed))
	}
}

// hear takes a line; an empty one says nothing.
func (s *said) hear(line string) {
	line = s.hide.clean(line)
	if line == "" {
		return
	}
	s.mu.Lock()
	s.word = line
	s.lines++
	n := s.lines
	s.mu.Unlock()
	if n <= noticed && s.notice != nil {
		s.notice(line)
	}
}

func (s *said) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.word
}

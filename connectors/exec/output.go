package exec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// linger is how long the output of a program that has ended is waited for,
// where something that it started holds it open.
const linger = 300 * time.Millisecond

// output reads the lines of a program. It is used by one goroutine at a time.
type output struct {
	from    *os.File
	ended   <-chan struct{} // closed when the program is gone
	silence time.Duration
	longest int
	left    int64 // bytes that the request under way may still be answered with
	buf     []byte
	start   int
	scanned int // no line ends in buf[start:scanned]
	end     int
}

// line returns the next line without its end. It holds until the next call. The
// error is io.EOF after the last.
func (o *output) line(ctx context.Context) ([]byte, error) {
	defer context.AfterFunc(ctx, func() { o.from.SetReadDeadline(time.Unix(1, 0)) })()
	for {
		if n := bytes.IndexByte(o.buf[o.scanned:o.end], '\n'); n >= 0 {
			line := o.buf[o.start : o.scanned+n]
			o.start = o.scanned + n + 1
			o.scanned = o.start
			return line, nil
		}
		o.scanned = o.end
		if o.end-o.start > o.longest {
			return nil, tooMuch(fmt.Sprintf("a line of its output is longer than %d MiB", o.longest>>20))
		}
		if err := o.fill(ctx); err == io.EOF && o.end > o.start {
			line := o.buf[o.start:o.end]
			o.start = o.end
			return line, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// ready reports whether a line is there without waiting.
func (o *output) ready() bool { return bytes.IndexByte(o.buf[o.scanned:o.end], '\n') >= 0 }

func (o *output) fill(ctx context.Context) error {
	o.room()
	for {
		over := o.over()
		wait := o.silence
		if over {
			wait = linger
		}
		o.from.SetReadDeadline(time.Now().Add(wait))
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := o.from.Read(o.buf[o.end:])
		o.end += n
		if o.left -= int64(n); o.left < 0 {
			return tooMuch("it prints more than most_output allows")
		}
		switch {
		case n > 0:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded) && !over && o.over():
			// It ended while its output was waited for: what is left is read.
		case errors.Is(err, os.ErrDeadlineExceeded) && !over:
			return errSilent
		default:
			return io.EOF
		}
	}
}

var errSilent = errors.New("it says nothing")

// tooMuch is output that no limit allows.
type tooMuch string

func (t tooMuch) Error() string { return string(t) }

func (o *output) over() bool {
	select {
	case <-o.ended:
		return true
	default:
		return false
	}
}

// room makes place for more at the end of the buffer.
func (o *output) room() {
	if o.start > 0 {
		copy(o.buf, o.buf[o.start:o.end])
		o.scanned, o.end, o.start = o.scanned-o.start, o.end-o.start, 0
	}
	if o.end == len(o.buf) {
		o.buf = append(o.buf, make([]byte, max(64<<10, len(o.buf)))...)
	}
}

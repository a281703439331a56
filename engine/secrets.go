package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"syncline/pipelines"
)

// secretTime is how long a password manager may take, and maxSecret how long a
// secret may be.
const (
	secretTime = 30 * time.Second
	maxSecret  = 64 << 10
)

// secret resolves a reference. What it returns goes to the connector alone;
// an error names the reference and never the value.
func (e *Engine) secret(c *pipelines.Config, ref string) (string, error) {
	kind, rest, _ := strings.Cut(ref, ":")
	var value string
	var err error
	switch kind {
	case "env":
		var ok bool
		if value, ok = e.options.Env(rest); !ok || value == "" {
			return "", fmt.Errorf("the environment variable %s is not set", rest)
		}
		return value, nil
	case "file":
		if !filepath.IsAbs(rest) {
			rest = filepath.Join(c.Folder, rest)
		}
		if value, err = secretFile(rest); err != nil {
			return "", fmt.Errorf("secret file %s: %w", rest, err)
		}
	case "exec":
		if value, err = secretOf(rest, c.Folder, besideSecrets(c, os.Environ())); err != nil {
			return "", fmt.Errorf("the command of secret(%q) %w", ref, err)
		}
	default:
		return "", fmt.Errorf("secret(%q) names no place: it starts with env:, file: or exec:", ref)
	}
	if value = strings.TrimRight(value, "\r\n"); value == "" {
		return "", fmt.Errorf("secret(%q) gives nothing: it is empty", ref)
	}
	return value, nil
}

// secretFile reads a secret. What is no file is refused before it is opened: a
// pipe waits for its writer, and a device never ends.
func secretFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	var b []byte
	if err == nil {
		b, err = readFirst(path, maxSecret+1)
	}
	var at *fs.PathError
	switch {
	case errors.As(err, &at):
		return "", at.Err
	case err == nil && len(b) > maxSecret:
		return "", fmt.Errorf("it is longer than %d KiB", maxSecret>>10)
	}
	return string(b), err
}

func readFirst(path string, n int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, n))
}

// secretOf runs a command of the configuration, which is as it stands there:
// nothing of a record is in it. What it says of itself is not read, for it may
// quote what it gives.
func secretOf(command, folder string, environment []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), secretTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Dir, cmd.Env = folder, environment
	cmd.WaitDelay = time.Second // for what the command left behind and still holds its output
	out := &bounded{left: maxSecret}
	cmd.Stdout = out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case out.over:
		return "", fmt.Errorf("gives more than %d KiB", maxSecret>>10)
	case ctx.Err() != nil:
		return "", fmt.Errorf("gives nothing within %s", secretTime)
	case errors.As(err, &exit) && exit.ExitCode() == 127:
		return "", errors.New("failed: the shell does not find the program (exit code 127)")
	case errors.As(err, &exit):
		return "", fmt.Errorf("failed: %s; run it yourself to see why", exit.ProcessState)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return "", errors.New("could not be run: is there a shell called sh?")
	}
	return out.b.String(), nil
}

// bounded keeps what is written to it up to a length, and fails beyond it.
type bounded struct {
	b    bytes.Buffer
	left int
	over bool
}

// Write implements io.Writer.
func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.left {
		b.over = true
		return 0, io.ErrShortBuffer
	}
	b.left -= len(p)
	return b.b.Write(p)
}

// besideSecrets returns an environment without the variables that hold secrets
// of the configuration: the command that gives one secret has no use for the
// others.
func besideSecrets(c *pipelines.Config, environment []string) []string {
	secret := map[string]bool{}
	add := func(all map[string]pipelines.Secret) {
		for _, s := range all {
			if name, ok := strings.CutPrefix(s.Ref, "env:"); ok {
				secret[name] = true
			}
		}
	}
	for _, s := range c.Systems {
		add(s.Secrets)
	}
	for _, n := range c.Notifies {
		add(n.Secrets)
	}
	if key := c.Engine.Encryption; key != nil {
		add(map[string]pipelines.Secret{"key": *key})
	}
	var out []string
	for _, variable := range environment {
		name, _, _ := strings.Cut(variable, "=")
		if !secret[name] && !strings.HasPrefix(name, "SYNCLINE_VAR_") {
			out = append(out, variable)
		}
	}
	return out
}

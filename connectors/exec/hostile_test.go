package exec_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncline/connectors"
	"syncline/connectors/exec"
	"syncline/schema"
)

func hostile(t testing.TB, said *notes, config string) connectors.Settings {
	t.Helper()
	set := settings(t, fromJSON(t, config), python(t), "-S", "hostile.py")
	if strings.Contains(config, "silent") || strings.Contains(config, "stubborn") || strings.Contains(config, "slow") {
		set.Values["silence"] = schema.String("3s")
	}
	set.Blocks = []connectors.SettingsBlock{{Name: "secret", Label: "key", Values: map[string]schema.Value{"value": schema.String(tapKey), "env": schema.String("KEY")}}}
	set.Notice = said.take
	return set
}

// TestPluginsThatBreakTheProtocol holds that each fault is told for what it is,
// that the secret never is, and that nothing goes on for long.
func TestPluginsThatBreakTheProtocol(t *testing.T) {
	for _, tt := range []struct {
		habit, want string // want "": it reads
		kind        connectors.ErrorKind
	}{
		{"", "", 0},
		{"slow and alive", "", 0},
		{"floods", "a line of its output is longer than 1 MiB", connectors.Unreadable},
		{"never ends", "it prints more than most_output allows", connectors.Unreadable},
		{"silent", "it said nothing for 3s", connectors.Unavailable},
		{"stubborn", "it said nothing for 3s", connectors.Unavailable},
		{"latin", "is not UTF-8", connectors.Unreadable},
		{"no json", "is not JSON", connectors.Unreadable},
		{"prose", "is not a JSON object", connectors.Unreadable},
		{"another id", "it answers request 99, and was asked 2", connectors.Unreadable},
		{"wrong type", "neither a text nor a whole number", connectors.Unreadable},
		{"no record", "neither a record nor gone", connectors.Unreadable},
		{"dies", "it ended with exit status 3; it said last: �[31mgiving up: (secret)�[0m", connectors.Unavailable},
		{"is killed", "signal: killed", connectors.Unavailable},
		{"leaves a child", "it closed its output", connectors.Unavailable},
		{"leaves a child that hides", "it closed its output", connectors.Unavailable},
		{"says no", "too many (secret)�requests", connectors.Limited},
	} {
		t.Run(tt.habit, func(t *testing.T) {
			t.Parallel()
			said := &notes{}
			set := hostile(t, said, `{"habit":"`+tt.habit+`"}`)
			set.Values["most_output"] = schema.Int(2)
			set.Values["longest_line"] = schema.Int(1)
			begun := time.Now()
			_, err := listed(t, opened(t, set), tapSelection, nil)
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || connectors.KindOf(err) != tt.kind {
				t.Errorf("%v: %v, want %v: %s", connectors.KindOf(err), err, tt.kind, tt.want)
			}
			if pid, ok := strings.CutPrefix(said.all(), "child "); ok != (tt.habit == "leaves a child") || ok && lives(pid) {
				t.Errorf("it says %q, and its child lives", said.all())
			}
			if strings.Contains(said.all(), tapKey) || err != nil && strings.Contains(err.Error(), tapKey) {
				t.Errorf("the secret is told: %v; %s", err, said.all())
			}
		})
	}
}

// lives reports whether a process goes on: one that was killed is gone soon, and
// one that nobody has reaped does nothing.
func lives(pid string) bool {
	for begun := time.Now(); time.Since(begun) < 5*time.Second; {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return false
		}
	}
	return true
}

// TestFaultyRecords holds that a record that cannot be read is told, and takes
// no other with it.
func TestFaultyRecords(t *testing.T) {
	for habit, want := range map[string]string{
		"list": "it is not a JSON object", "no rid": "the id is missing", "nul": "zero byte",
	} {
		t.Run(habit, func(t *testing.T) {
			t.Parallel()
			got, err := listed(t, opened(t, hostile(t, &notes{}, `{"habit":"`+habit+`"}`)), tapSelection, nil)
			if habit == "nul" {
				want = "" // JSON can say it, and a text can hold it
			}
			if err != nil || got.names["1"] != "Ada" || want != "" && (len(got.faults) != 1 || !strings.Contains(got.faults[0], want)) {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

// TestAnsweringTwice holds that a second end of a request is found, and that the
// plug-in is started anew after it.
func TestAnsweringTwice(t *testing.T) {
	t.Parallel()
	conn := opened(t, hostile(t, &notes{}, `{"habit":"answers again"}`))
	if _, err := listed(t, conn, tapSelection, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := listed(t, conn, tapSelection, nil); err == nil || !strings.Contains(err.Error(), "it answers request 2, which was over") {
		t.Errorf("%v", err)
	}
	if _, err := listed(t, conn, tapSelection, nil); err != nil {
		t.Errorf("after a new start: %v", err)
	}
}

// TestWritesThatGoWrong holds that what a plug-in did not answer for is
// uncertain, and that what it did answer for stands.
func TestWritesThatGoWrong(t *testing.T) {
	for _, tt := range []struct {
		habit string
		kinds [3]connectors.ErrorKind // 255: done
		says  string
	}{
		{"", [3]connectors.ErrorKind{255, 255, 255}, ""},
		{"dies in a write", [3]connectors.ErrorKind{255, connectors.Uncertain, connectors.Uncertain}, "exit status 1"},
		{"silent in a write", [3]connectors.ErrorKind{255, connectors.Uncertain, connectors.Uncertain}, "said nothing"},
		{"twice", [3]connectors.ErrorKind{connectors.Uncertain, connectors.Uncertain, connectors.Uncertain}, "answers twice for change 0"},
		{"unasked", [3]connectors.ErrorKind{255, connectors.Uncertain, connectors.Uncertain}, "a change that was not sent"},
		{"forgets", [3]connectors.ErrorKind{255, connectors.Uncertain, 255}, "did not answer for this change"},
		{"neither", [3]connectors.ErrorKind{255, connectors.Uncertain, connectors.Uncertain}, "neither ok nor error of change 1"},
		{"gives up", [3]connectors.ErrorKind{255, connectors.Denied, connectors.Denied}, "the key was revoked"},
	} {
		t.Run(tt.habit, func(t *testing.T) {
			t.Parallel()
			conn := opened(t, hostile(t, &notes{}, `{"habit":"`+tt.habit+`"}`))
			changes := make([]connectors.Change, 3)
			for i := range changes {
				changes[i] = connectors.Change{Verb: "update", ID: string(rune('1' + i))}
			}
			got, err := conn.(connectors.Writer).Write(t.Context(), tapSelection, changes)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range tt.kinds {
				if want == 255 {
					if got[i].Err != nil || got[i].ID != changes[i].ID {
						t.Errorf("change %d: %+v", i, got[i])
					}
				} else if connectors.KindOf(got[i].Err) != want || !strings.Contains(got[i].Err.Error(), tt.says) {
					t.Errorf("change %d: %v: %v, want %v: %s", i, connectors.KindOf(got[i].Err), got[i].Err, want, tt.says)
				}
			}
		})
	}
}

// TestWriteIsCancelled holds that a write that is given up may have happened.
func TestWriteIsCancelled(t *testing.T) {
	t.Parallel()
	conn := opened(t, hostile(t, &notes{}, `{"habit":"silent in a write"}`))
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	got, err := conn.(connectors.Writer).Write(ctx, tapSelection, []connectors.Change{{Verb: "update", ID: "1"}, {Verb: "update", ID: "2"}})
	if err != nil || got[0].Err != nil || connectors.KindOf(got[1].Err) != connectors.Uncertain || !errors.Is(got[1].Err, context.DeadlineExceeded) {
		t.Errorf("%+v %v", got, err)
	}
}

// TestGetsThatGoWrong holds that one id has one answer.
func TestGetsThatGoWrong(t *testing.T) {
	for habit, want := range map[string]string{"twice": "answers twice for one id", "more than asked": "an id that was not asked for"} {
		t.Run(habit, func(t *testing.T) {
			t.Parallel()
			conn := opened(t, hostile(t, &notes{}, `{"habit":"`+habit+`"}`))
			if _, err := conn.(connectors.Getter).Get(t.Context(), tapSelection, []string{"1", "2"}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v", err)
			}
		})
	}
	conn := opened(t, hostile(t, &notes{}, `{"habit":"forgets"}`))
	got, err := conn.(connectors.Getter).Get(t.Context(), tapSelection, []string{"1", "2"})
	if err != nil || got[0].Presence != connectors.Unknown || got[0].Err == nil || got[1].Presence != connectors.Live {
		t.Errorf("%+v %v", got, err)
	}
}

// TestClaims holds that a plug-in claims only what somebody checks.
func TestClaims(t *testing.T) {
	for describe, want := range map[string]string{
		`"v":2`:                                     "it speaks version 2 of the protocol, and Syncline speaks 1",
		`"ops":["get"]`:                             "does not have the op read",
		`"ops":["read","fly"]`:                      `has no op "fly"`,
		`"facts":{"ordered":true}`:                  `unknown field "ordered"`,
		`"facts":{"grade":"best"}`:                  `there is no grade "best"`,
		`"facts":{"create":"idempotency_key"}`:      "the op write and no grade",
		`"facts":{"grade":"blind","verbs":["fly"]}`: `has no verb "fly"`,
		`"facts":{"grade":"blind","verbs":["update"],"create":"marker"}`:     "nothing holds a plug-in to",
		`"facts":{"grade":"blind","verbs":["update"],"create":"key_search"}`: "it has no op find",
		`"facts":{"grade":"blind","verbs":["update"],"batch":-1}`:            "batch is not between",
		`"ops":["read"]`:                        "a grade and no op write",
		`"ops":["read","write"]`:                "must be readable by id",
		`"objects":[{"name":""}]`:               "an object has no name",
		`"objects":[{"name":"a"},{"name":"a"}]`: "or that of another",
		`"objects":[{"name":"a","fields":[{"name":"b","type":"strng"}]}]`: `the type "strng"`,
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, err := exec.Definition().Open(t.Context(), hostile(t, &notes{}, `{"habit":"","describe":{`+describe+`}}`))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", describe, err, want)
			}
		})
	}
}

// TestSettingsThatAreWrong holds that each is refused with what to write.
func TestSettingsThatAreWrong(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value schema.Value
		want  string
	}{
		{"command", schema.List(), "command names no program"},
		{"command", schema.List(schema.String("no-such-program-here")), "executable file not found"},
		{"command", schema.List(schema.String("./people.py; rm -rf x")), "no such file"},
		{"command", schema.List(schema.String("a\x00b")), "zero byte"},
		{"config", schema.String("x"), "config is not an object"},
		{"silence", schema.String("soon"), `silence = "soon" is not a duration`},
		{"longest_line", schema.Int(-1), "out of bounds"},
		{"catalog", schema.String("x.json"), "catalog is for a tap"},
		{"dir", schema.String("no such folder"), "no such file or directory"},
	} {
		set := hostile(t, &notes{}, `{"habit":""}`)
		set.Values[tt.name] = tt.value
		if conn, err := exec.Definition().Open(t.Context(), set); err == nil || !strings.Contains(err.Error(), tt.want) {
			if err == nil {
				conn.Close()
			}
			t.Errorf("%s = %s: %v, want %s", tt.name, tt.value.Display(), err, tt.want)
		}
	}
}

// TestEnvironment holds that a program gets the variables that are listed, the
// secrets it is to have, and nothing else; and no secret as an argument.
func TestEnvironment(t *testing.T) {
	t.Setenv("SYNCLINE_TEST_HIDDEN", "hidden")
	t.Setenv("SYNCLINE_TEST_SHOWN", "shown")
	out := filepath.Join(t.TempDir(), "env")
	set := hostile(t, &notes{}, `{}`)
	set.Values["command"] = schema.List(schema.String("/bin/sh"), schema.String("-c"), schema.String(`tr '\0' '\n' </proc/self/environ >"$1"; tr '\0' ' ' </proc/$$/cmdline >>"$1"; exit 1`), schema.String("sh"), schema.String(out))
	set.Values["env"] = schema.List(schema.String("PATH"), schema.String("SYNCLINE_TEST_SHOWN"))
	exec.Definition().Open(t.Context(), set)
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	environment, arguments, _ := strings.Cut(string(text), "/bin/sh -c")
	if strings.Contains(environment, "hidden") || !strings.Contains(environment, "SYNCLINE_TEST_SHOWN=shown\n") || !strings.Contains(environment, "KEY="+tapKey+"\n") {
		t.Errorf("the environment is %s", environment)
	}
	if strings.Contains(arguments, tapKey) {
		t.Errorf("the arguments are %s", arguments)
	}
}

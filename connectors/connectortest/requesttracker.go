package connectortest

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Tracker is a running Request Tracker of the test's own, over SQLite, with the
// queues General and Onboarding, the custom fields Department and Skills, and a
// user who may do everything with tickets.
type Tracker struct {
	URL   string
	Token string // the user's

	house *house
}

// Multiply makes copies of a ticket, in the database itself: through RT each
// takes its time.
func (r *Tracker) Multiply(id string, copies int) {
	r.house.t.Helper()
	r.house.run("perl", "-MDBI", "-e", `my $db = DBI->connect("dbi:SQLite:dbname=" . shift, "", "", {RaiseError => 1}); $db->do($_) for @ARGV`,
		filepath.Join(r.house.dir, "rt.sqlite"),
		"CREATE TEMP TABLE copies AS SELECT * FROM Tickets WHERE id = "+id,
		"UPDATE copies SET id = NULL",
		"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < "+strconv.Itoa(copies)+") INSERT INTO Tickets SELECT copies.* FROM copies, n",
		"UPDATE Tickets SET EffectiveId = id WHERE EffectiveId = "+id)
}

// Count returns how many tickets have a subject, as its database says, the
// deleted and merged ones among them.
func (r *Tracker) Count(t testing.TB, subject string) int {
	t.Helper()
	out, err := r.house.command("perl", "-MDBI", "-e", `print DBI->connect("dbi:SQLite:dbname=" . shift)->selectrow_array("SELECT COUNT(*) FROM Tickets WHERE Subject = ?", {}, shift)`,
		filepath.Join(r.house.dir, "rt.sqlite"), subject).Output()
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(string(out))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const rtHome = "/usr/share/request-tracker5"

// rtData is what a tracker has beside what every new one has.
const rtData = `
@Scrips = (); # each writes a mail, which takes its time and goes nowhere
push @Queues, { Name => 'Onboarding' };
push @CustomFields,
  { Name => 'Department', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => ['General', 'Onboarding'] },
  { Name => 'Skills', Type => 'FreeformMultiple', LookupType => 'RT::Queue-RT::Ticket', Queue => ['General', 'Onboarding'] };
push @Users, { Name => 'syncline', Privileged => 1, EmailAddress => 'syncline@example.com' };
push @ACL, map { { Right => $_, GroupDomain => 'SystemInternal', GroupType => 'Privileged' } }
  qw(SeeQueue ShowTicket ShowTicketComments CreateTicket ModifyTicket OwnTicket CommentOnTicket ReplyToTicket DeleteTicket SeeCustomField ModifyCustomField);
push @Final, sub {
  my $user = RT::User->new(RT->SystemUser);
  $user->Load('syncline');
  my ($ok, $why, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->Id, Description => 'tests');
  open my $file, '>', '{dir}/token' or die $!;
  print $file $ok ? $token : die $why;
  close $file;
};
1;
`

// rtConfig is its configuration. Its clock's zone is one in which a moment taken
// for local time is far off, and it sends no mail.
const rtConfig = `
$RT::MasonDataDir = '{dir}/mason';
$RT::MasonSessionDir = '{dir}';
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{dir}/rt.sqlite');
Set($rtname, 'tests.example');
Set($Organization, 'tests.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, %[1]s);
Set($WebBaseURL, 'http://127.0.0.1:%[1]s');
Set($Timezone, 'America/Los_Angeles');
Set($MailCommand, 'testfile');
Set($LogToSTDERR, 'error');
Set($LogToSyslog, undef);
1;
`

// RequestTracker starts a Request Tracker on an address of the loopback that is
// free. Without the packages request-tracker5 and rt5-db-sqlite the test fails
// where SYNCLINE_REQUIRE_SERVERS is 1, and is skipped elsewhere.
func RequestTracker(t testing.TB, address string) *Tracker {
	t.Helper()
	setup, server := program("rt-setup-database-5"), filepath.Join(rtHome, "libexec/rt-server")
	if setup == "" || len(existing(server)) == 0 {
		Demanded(t, "no Request Tracker: install it (apt-get install request-tracker5 rt5-db-sqlite)")
	}
	initial, err := os.ReadFile(filepath.Join(rtHome, "etc/initialdata"))
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, "nobody")
	_, port, _ := net.SplitHostPort(address)
	h.write("site.pm", fmt.Sprintf(rtConfig, port))
	h.write("data.pl", string(initial)+rtData)
	h.tracks(setup, "--action", "schema,coredata", "--skip-create", "--dba", "none", "--force")
	h.tracks(setup, "--action", "insert", "--datafile", filepath.Join(h.dir, "data.pl"), "--skip-create", "--dba", "none", "--force")
	token, err := os.ReadFile(filepath.Join(h.dir, "token"))
	if err != nil {
		t.Fatal(err)
	}
	// One worker: SQLite lets one write at a time.
	h.serves(server, "--host", "127.0.0.1", "--port", port, "--max-workers", "1")
	listening(t, address)
	return &Tracker{URL: "http://" + address, Token: string(token), house: h}
}

func (h *house) tracker(name string, args ...string) *exec.Cmd {
	c := h.command(name, args...)
	c.Env = append(c.Env, "RT_SITE_CONFIG="+filepath.Join(h.dir, "site.pm"), "RT_SITE_CONFIG_DIR="+filepath.Join(h.dir, "none"))
	return c
}

func (h *house) tracks(name string, args ...string) {
	h.t.Helper()
	out, err := h.tracker(name, args...).CombinedOutput()
	if err != nil || !strings.HasSuffix(string(out), "Done.\n") {
		h.t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
}

// serves starts the server, which ends with the test.
func (h *house) serves(name string, args ...string) {
	h.t.Helper()
	c := h.tracker(name, args...)
	stderr, err := c.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		h.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		said, _ := io.ReadAll(stderr)
		if err := c.Wait(); err != nil && !strings.Contains(err.Error(), "signal") {
			h.t.Errorf("%s: %v\n%s", filepath.Base(name), err, said)
		}
	}()
	h.t.Cleanup(func() {
		c.Process.Signal(syscall.SIGTERM) // its workers end with it
		<-done
	})
}

package decide_test

import (
	"testing"

	"syncline/engine/decide"
	"syncline/schema"
)

// TestRecover is the table of open intents, row by row. R0.5, R1.2
func TestRecover(t *testing.T) {
	u := unitOf(2)
	image := decide.Image{Unit: u, Post: schema.String("new"), Pre: schema.String("old")}
	change := decide.Intent{Verb: decide.Change, Images: []decide.Image{image}, Revision: "7"}
	telling := change
	telling.Authors = true
	shows := func(word, rev string, author decide.Author) decide.Found {
		return decide.Found{Presence: decide.Live, Ends: []decide.Seen{seen(word)}, Revision: rev, Author: author}
	}
	create := func(l decide.Ladder, sends int) decide.Intent {
		return decide.Intent{Verb: decide.Creation, Ladder: l, Sends: sends}
	}
	tests := []struct {
		name   string
		intent decide.Intent
		found  decide.Found
		want   decide.Recovery
	}{
		{"post-image", change, shows("new", "8", decide.Anonymous), decide.Done},
		{"post-image, ours", telling, shows("new", "8", decide.Ours), decide.Done},
		{"post-image, theirs", telling, shows("new", "8", decide.Theirs), decide.Drop},
		{"pre-image", change, shows("old", "7", decide.Anonymous), decide.Resend},
		{"pre-image, later revision", change, shows("old", "9", decide.Anonymous), decide.Drop},
		{"something else", change, shows("x", "9", decide.Anonymous), decide.Drop},
		{"not to be read", change, decide.Found{Presence: decide.Unknown}, decide.Later},
		{"gone", change, decide.Found{Presence: decide.Gone}, decide.Drop},
		{"create, external id", create(decide.ExternalID, 1), decide.Found{}, decide.Resend},
		{"create, idempotency key", create(decide.Idempotency, 1), decide.Found{}, decide.Resend},
		{"create, idempotency key, and one is there", create(decide.Idempotency, 1), decide.Found{Searched: true, Matches: []string{"1"}}, decide.Link},
		{"create, one found that is somebody else's", create(decide.KeySearch, 1), decide.Found{Searched: true, Matches: []string{"1"}, Taken: true}, decide.Ask},
		{"create, one found", create(decide.Marker, 1), decide.Found{Searched: true, Matches: []string{"1"}}, decide.Link},
		{"create, several found", create(decide.KeySearch, 1), decide.Found{Searched: true, Matches: []string{"1", "2"}}, decide.Ask},
		{"create, unsearchable now", create(decide.KeySearch, 1), decide.Found{}, decide.Ask},
		{"create, unsearchable", create(decide.Unsafe, 1), decide.Found{Searched: true}, decide.Ask},
		{"create, the search failed", create(decide.KeySearch, 1), decide.Found{Presence: decide.Unknown}, decide.Later},
		{"create, none yet", create(decide.Marker, 1), decide.Found{Searched: true, Lagging: true}, decide.Later},
		{"create, none", create(decide.Marker, 1), decide.Found{Searched: true}, decide.Resend},
		{"create, none, too often", create(decide.Marker, 4), decide.Found{Searched: true}, decide.Ask},
		{"delete, gone", decide.Intent{Verb: decide.Deletion}, decide.Found{Presence: decide.Gone}, decide.Done},
		{"delete, unchanged", decide.Intent{Verb: decide.Deletion, Revision: "7"}, shows("x", "7", 0), decide.Resend},
		{"delete, changed", decide.Intent{Verb: decide.Deletion, Revision: "7"}, shows("x", "8", 0), decide.Ask},
		{"delete, unknown", decide.Intent{Verb: decide.Deletion}, decide.Found{Presence: decide.Unknown}, decide.Later},
		{"action, it happened", decide.Intent{Verb: decide.Act}, decide.Found{Natural: true}, decide.Done},
		{"action, at most once", decide.Intent{Verb: decide.Act, Once: true}, decide.Found{}, decide.Skip},
		{"action, at least once", decide.Intent{Verb: decide.Act}, decide.Found{}, decide.Resend},
	}
	for _, tt := range tests {
		if got := decide.Recover(&tt.intent, &tt.found); got != tt.want {
			t.Errorf("law 10: %s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestAfterReply(t *testing.T) {
	first, again := &decide.Intent{}, &decide.Intent{Uncertain: true}
	for _, tt := range []struct {
		intent *decide.Intent
		reply  decide.Reply
		want   decide.Step
	}{
		{first, decide.OK, decide.Confirm}, {first, decide.NoReply, decide.Keep},
		{first, decide.Moved, decide.Forget}, {first, decide.Rejected, decide.Forget},
		{again, decide.OK, decide.Confirm}, {again, decide.Moved, decide.Keep}, {again, decide.Rejected, decide.Keep},
	} {
		if got := decide.After(tt.intent, tt.reply); got != tt.want {
			t.Errorf("law 10: reply %d, uncertain %v: got %d, want %d", tt.reply, tt.intent.Uncertain, got, tt.want)
		}
	}
}

// TestPresences is section 4.
func TestPresences(t *testing.T) {
	live := decide.Witness{Linked: true, Evidence: decide.IsLive}
	changed := decide.Witness{Linked: true, Evidence: decide.IsLive, Changed: true}
	is := func(e decide.Evidence) decide.Witness { return decide.Witness{Linked: true, Evidence: e} }
	removed := func(r decide.Removed) decide.Witness {
		return decide.Witness{Linked: true, Evidence: decide.IsGone, Removed: r}
	}
	archived := func(r decide.Removed) decide.Witness {
		return decide.Witness{Linked: true, Evidence: decide.IsArchived, Removed: r}
	}
	merged := decide.Witness{Linked: true, Evidence: decide.IsMerged, IntoLink: true}
	left := func(l decide.Left) decide.Witness {
		return decide.Witness{Linked: true, Evidence: decide.IsLeft, Left: l}
	}
	tests := []struct {
		name string
		a, b decide.Witness
		want decide.Fate
	}{
		{"both live", live, changed, decide.Stays},
		{"missing", is(decide.IsMissing), live, decide.LooksByID},
		{"gone", is(decide.IsGone), live, decide.Unlinks},
		{"gone at both", is(decide.IsGone), is(decide.IsGone), decide.Unlinks},
		{"gone, the other unknown", is(decide.IsGone), is(decide.IsUnknown), decide.Waits},
		{"gone against a change", is(decide.IsGone), changed, decide.Asks},
		{"gone, archive the others", removed(decide.RemovedArchive), live, decide.Archives},
		{"gone, delete the others", removed(decide.RemovedDelete), live, decide.Deletes},
		{"gone against a change, whatever is declared", removed(decide.RemovedDelete), changed, decide.Asks},
		{"gone, a person", removed(decide.RemovedReview), live, decide.Asks},
		{"unknown alone", is(decide.IsUnknown), live, decide.Stays},
		{"an empty listing", decide.Witness{Linked: true, Evidence: decide.IsGone, Empty: true}, live, decide.Stays},
		{"archived", is(decide.IsArchived), live, decide.Freezes},
		{"archived at both", is(decide.IsArchived), is(decide.IsArchived), decide.Freezes},
		{"archived against a change", is(decide.IsArchived), changed, decide.Asks},
		{"archived, the other unknown", is(decide.IsArchived), is(decide.IsUnknown), decide.Waits},
		{"archived, archive the others", archived(decide.RemovedArchive), live, decide.Archives},
		{"archived against a change, whatever is declared", archived(decide.RemovedArchive), changed, decide.Asks},
		{"archived deletes nobody", archived(decide.RemovedDelete), live, decide.Freezes},
		{"archived, a person", archived(decide.RemovedReview), live, decide.Asks},
		{"archived, and gone", archived(decide.RemovedArchive), is(decide.IsGone), decide.Unlinks},
		{"merged", is(decide.IsMerged), changed, decide.Repoints},
		{"merged into another link", merged, live, decide.Asks},
		{"merged into another link, against a change", merged, changed, decide.Asks},
		{"merged into another link, the other archived", merged, is(decide.IsArchived), decide.Asks},
		{"merged into another link, the other gone", merged, is(decide.IsGone), decide.Unlinks},
		{"merged into another link, the other unknown", merged, is(decide.IsUnknown), decide.Waits},
		{"left", left(decide.LeftFreeze), live, decide.Freezes},
		{"left, unlink", left(decide.LeftUnlink), changed, decide.Unlinks},
		{"left, archive", left(decide.LeftArchive), live, decide.Archives},
		{"left, archive against a change", left(decide.LeftArchive), changed, decide.Asks},
		{"left, a person", left(decide.LeftReview), live, decide.Asks},
		{"left, ignored", left(decide.LeftIgnore), live, decide.Stays},
		{"gone where it is not linked", decide.Witness{Evidence: decide.IsGone}, live, decide.Stays},
	}
	for _, tt := range tests {
		got := decide.Presences([]decide.Witness{tt.a, tt.b})
		mirrored := decide.Presences([]decide.Witness{tt.b, tt.a})
		if got.Fate != tt.want || mirrored.Fate != tt.want {
			t.Errorf("law 1: %s: got %d, mirrored %d, want %d", tt.name, got.Fate, mirrored.Fate, tt.want)
		}
		if (got.Fate == decide.Archives || got.Fate == decide.Deletes) && got.Ends != decide.Ends(0).With(1) {
			t.Errorf("law 1: %s: acts on ends %b, want the live other one", tt.name, got.Ends)
		}
	}
}

func TestCeilings(t *testing.T) {
	c := decide.Ceiling{Count: 10, Share: 0.05}
	for links, want := range map[int]int{0: 10, 200: 10, 1000: 50} {
		if got := c.Of(links); got != want {
			t.Errorf("guard: %d links: got %d, want %d", links, got, want)
		}
	}
	if decide.Defaults(true).Creates != nil || decide.Defaults(false).Creates.Of(1000) != 200 {
		t.Error("guard: creates have no ceiling in a first pass, and 20 % later")
	}
}

func TestRing(t *testing.T) {
	const hour = int64(3_600_000_000)
	at := func(hash uint64, end int) uint64 { return decide.Post(hash<<8, end) }
	var r decide.Ring
	for post := range uint64(3) {
		if r.Oscillates(at(post+1, 1), hour, decide.Toggled) {
			t.Fatalf("write %d is called an oscillation", post+1)
		}
		r = r.Wrote(at(post+1, 1), hour)
	}
	if !r.Oscillates(at(9, 1), hour, decide.Toggled) {
		t.Error("a fourth write with nothing new from outside goes on")
	}
	r = r.Outside()
	if r.Oscillates(at(9, 1), hour, decide.Never) || !r.Oscillates(at(2, 1), hour, decide.Never) {
		t.Error("after a change outside, only a value written before goes round in circles")
	}
	if r.Oscillates(at(2, 0), hour, decide.Never) {
		t.Error("the same value at another end is called an oscillation")
	}
	if both := r.Wrote(at(7, 0), hour).Outside(); !both.Oscillates(at(2, 1), hour, decide.Toggled) {
		t.Error("two ends that are written by turns go on")
	}
	for post := range uint64(8) {
		r = r.Wrote(at(post+20, 1), hour)
	}
	if r = r.Outside(); r.Oscillates(at(2, 1), hour, decide.Never) {
		t.Error("what was written more than eight writes ago is forgotten")
	}
}

// TestRingOfARestore holds that an edit at a mirror is put back as declared,
// until the fourth write of the same value in a week.
func TestRingOfARestore(t *testing.T) {
	var r decide.Ring
	post, writes := decide.Post(1<<8, 1), 0
	for ; !r.Outside().Oscillates(post, 1, decide.Restored); writes++ {
		r = r.Outside().Wrote(post, 1)
	}
	if writes != 3 {
		t.Errorf("the same value was written %d times", writes)
	}
}

// TestRingOfAToggle holds that a source which goes to and fro is believed twice
// in a week, and any number of times in a year.
func TestRingOfAToggle(t *testing.T) {
	const day = int64(24 * 3_600_000_000)
	for _, c := range []struct {
		every int64
		stops bool
	}{{day, true}, {30 * day, false}} {
		var r decide.Ring
		stopped := false
		for i := range int64(20) {
			post := decide.Post(uint64(i%2+1)<<8, 1)
			if stopped = r.Outside().Oscillates(post, i*c.every, decide.Toggled); stopped {
				break
			}
			r = r.Outside().Wrote(post, i*c.every)
		}
		if stopped != c.stops {
			t.Errorf("every %d days: stopped %v", c.every/day, stopped)
		}
	}
}

package inspect

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

const (
	// wordsKept is how many different words are counted at a time.
	wordsKept = 512

	// longestWord is the length up to which a text counts as a word, in bytes.
	longestWord = 64
)

// words counts how often each word occurs: exactly as long as no more than
// wordsKept differ, else at least so often, and lost says how much may be
// missing.
type words struct {
	counts map[string]int
	lost   int
}

func (w *words) add(word string) {
	if n, ok := w.counts[word]; ok {
		w.counts[word] = n + 1
		return
	}
	if w.counts == nil {
		w.counts = map[string]int{}
	}
	if len(w.counts) < wordsKept {
		w.counts[strings.Clone(word)] = 1
		return
	}
	w.lost++
	for k, n := range w.counts {
		if n == 1 {
			delete(w.counts, k)
		} else {
			w.counts[k] = n - 1
		}
	}
}

// Word is a text, and how often it occurs: at least so often where the report
// says that counts are estimates.
type Word struct {
	Text  string `json:"text"` // masked where a label asks for it
	Count int    `json:"count"`
}

// ranked returns the words, the most frequent first.
func (w *words) ranked() []Word {
	out := make([]Word, 0, len(w.counts))
	for _, text := range slices.Sorted(maps.Keys(w.counts)) {
		out = append(out, Word{text, w.counts[text]})
	}
	slices.SortStableFunc(out, func(a, b Word) int { return cmp.Compare(b.Count, a.Count) })
	return out
}

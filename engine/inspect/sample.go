package inspect

import (
	"math/rand/v2"
	"strings"

	"syncline/schema"
)

const (
	sampled       = 200 // texts of a field that are looked at closely
	longestSample = 256 // bytes of one
)

// sample is some of the texts of a field, each as likely as any other. The same
// data gives the same sample.
type sample struct {
	texts  []string
	offers int
	random *rand.Rand
}

func (s *sample) add(text string) {
	s.offers++
	if len(s.texts) < sampled {
		s.texts = append(s.texts, brief(text))
		return
	}
	if s.random == nil {
		s.random = rand.New(rand.NewPCG(1, 2))
	}
	if at := s.random.IntN(s.offers); at < sampled {
		s.texts[at] = brief(text)
	}
}

func brief(text string) string {
	if len(text) > longestSample {
		text = strings.ToValidUTF8(text[:longestSample], "")
	}
	return strings.Clone(text)
}

// lookable are the kinds that texts may turn out to be, the narrower first.
var lookable = []schema.Kind{
	schema.KindEmail, schema.KindURL, schema.KindDate, schema.KindTimestamp, schema.KindBool,
	schema.KindInt, schema.KindDecimal, schema.KindPhone,
}

// Look is what the texts of a field look like.
type Look struct {
	Kind  string  `json:"kind"`
	Share float64 `json:"share"`
	Of    int     `json:"of"` // texts that were looked at; fewer than all: an estimate
}

// likeness is the share of texts from which a field is said to look like a kind.
const likeness = 0.5

// look returns the kind that most of the texts have, nil where none does.
func (s *sample) look(region string) *Look {
	best := Look{Of: len(s.texts)}
	for _, kind := range lookable {
		if share := s.fit(schema.Type{Kind: kind}, region); share > best.Share {
			best.Kind, best.Share = kind.String(), share
		}
	}
	if best.Share < likeness {
		return nil
	}
	return &best
}

// fit returns the share of texts that have a normal form of the type.
func (s *sample) fit(t schema.Type, region string) float64 {
	if len(s.texts) == 0 {
		return 0
	}
	n := 0
	for _, text := range s.texts {
		v := schema.String(text)
		if v.Blank() || t.Kind == schema.KindURL && !strings.ContainsAny(text, ".:") {
			continue // a word alone would do for a host
		}
		if _, err := t.Normal(v, schema.Norm{Region: region}); err == nil {
			n++
		}
	}
	return float64(n) / float64(len(s.texts))
}

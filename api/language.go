package api

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// language is one in which Vigie speaks to people (RFC 5646).
type language string

const (
	english language = "en"
	french  language = "fr"
)

// tellBoth says of an answer that it is in French, and in English where people who do not read French need it.
func tellBoth(c *gin.Context) { c.Header("Content-Language", string(french)+", "+string(english)) }

// languageOf chooses between French and English for what people read, the first when the client does not care.
func languageOf(c *gin.Context, first language) language {
	vary(c, "Accept-Language")
	second := english
	if first == english {
		second = french
	}
	accept := header(c, "Accept-Language")
	if fluency(accept, second) > fluency(accept, first) {
		return second
	}
	return first
}

// fluency is the weight that an Accept-Language header gives to a language, in whichever country (RFC 4647, section 3.3.1). A
// header that says nothing takes every language.
func fluency(accept string, of language) float64 {
	if strings.TrimSpace(accept) == "" {
		return 1
	}
	named, weight, others := false, 0.0, 0.0
	for item := range strings.SplitSeq(accept, ",") {
		tag, parameter, weighed := strings.Cut(item, ";")
		q := 1.0
		if weighed {
			text, isWeight := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q=")
			if q = 0; isWeight {
				q = parseWeight(text)
			}
		}
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		switch tag {
		case string(of):
			named, weight = true, max(weight, q)
		case "*":
			others = max(others, q)
		}
	}
	if named {
		return weight
	}
	return others
}

// phrase is a text for people with the values in it, which can be said in French as well.
type phrase struct {
	format string
	args   []any
}

// in says a phrase in French, if its French is known.
func (p phrase) inFrench() (string, bool) {
	format, known := frenchPhrases[p.format]
	if !known {
		return "", false
	}
	return fmt.Sprintf(format, p.args...), true
}

// localised is a problem in the language of whoever reads it, and the languages that it is in then: what the rules of records
// say is told in English.
func localised(p Problem, err error, in language) (told Problem, languages string) {
	if in == english {
		return p, string(english)
	}
	_, _, p.Title = kindOf(p.Type).meaning()
	whole := true
	if p.Detail != "" {
		var said bool
		if p.Detail, said = frenchDetail(p.Detail, err); !said {
			whole = false
		}
	}
	faults := make([]Fault, len(p.Errors))
	for i, f := range p.Errors {
		if reason, said := f.phrase.inFrench(); said {
			f.Reason = reason
		} else {
			whole = false
		}
		faults[i] = f
	}
	if p.Errors != nil {
		p.Errors = faults
	}
	if whole {
		return p, string(french)
	}
	return p, string(french) + ", " + string(english)
}

// kindOf is the kind of problem that a type names.
func kindOf(problemType string) kind { return kind(strings.TrimPrefix(problemType, problemsPath+"/")) }

var countedFaults = regexp.MustCompile(`^([0-9]+) faults?$`)

// frenchDetail is the detail of a problem in French, or as it is when it has no French.
func frenchDetail(detail string, err error) (string, bool) {
	if n := countedFaults.FindStringSubmatch(detail); n != nil {
		if n[1] == "1" {
			return "1 faute", true
		}
		return n[1] + " fautes", true
	}
	var refused *refusal
	if errors.As(err, &refused) && refused.phrase.format != "" {
		if text, said := refused.phrase.inFrench(); said {
			return text, true
		}
	}
	if text, known := frenchPhrases[strings.ReplaceAll(detail, "%", "%%")]; known {
		return text, true
	}
	if n, isBytes := strings.CutSuffix(detail, " bytes are read here"); isBytes {
		if most, err := strconv.Atoi(strings.TrimPrefix(n, "at most ")); err == nil {
			return fmt.Sprintf("on lit ici %d octets au plus", most), true
		}
	}
	return detail, false
}

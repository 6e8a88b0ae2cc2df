package inventory

import (
	"fmt"
	"strconv"
	"strings"
)

// ReadRequirement reads what [ImportOptions.Requirement] is in a word, as "overview=50": a level and the percent of the
// ground that is to be seen at it, by day.
//
// Errors: what is wrong with the word.
func ReadRequirement(text string) (*Requirement, error) {
	level, share, _ := strings.Cut(text, "=")
	pct, err := strconv.ParseFloat(share, 64)
	if err != nil || level == "" || !(pct > 0 && pct <= 100) {
		return nil, fmt.Errorf("%q is not a level and a percent, as overview=50", text)
	}
	return &Requirement{Level: level, SharePct: pct, Period: Day}, nil
}

// ReadOnly reads what [ImportOptions.Only] is in words, as "type=Lycées", each a property and a value; the values of one
// property are any of them. It is nil of no words.
//
// Errors: the first word that is none.
func ReadOnly(pairs []string) (map[string][]string, error) {
	var only map[string][]string
	for _, pair := range pairs {
		property, value, found := strings.Cut(pair, "=")
		if !found || property == "" || value == "" {
			return nil, fmt.Errorf("%q is not property=value", pair)
		}
		if only == nil {
			only = map[string][]string{}
		}
		only[property] = append(only[property], value)
	}
	return only, nil
}

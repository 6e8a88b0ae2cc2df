package advisory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// WithLimits is the book with other values of some limits, to see what they would change: written as text, lists with commas
// between the words. They hold on every day, everywhere. The error is an *inventory.InvalidError with every fault.
func (b *Book) WithLimits(values map[string]string) (*Book, error) {
	changed := *b
	changed.Limits, changed.opened = slices.Clone(b.Limits), &opened{}
	sum := sha256.New()
	_, _ = io.WriteString(sum, b.Hash) // a hash takes everything
	var faults []inventory.Fault
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(b.Limits, func(l Limit) bool { return l.Name == name })
		if i < 0 {
			faults = append(faults, inventory.Fault{Field: limitRoot + name, Reason: "is not a limit of the book"})
			continue
		}
		value, err := parseValue(b.Limits[i].Type, values[name])
		if err != nil {
			faults = append(faults, inventory.Fault{Field: limitRoot + name, Reason: err.Error()})
			continue
		}
		fmt.Fprintf(sum, "\x00%s=%v", name, value)
		changed.Limits[i].Values = []LimitValue{{Sourced: Sourced[any]{Value: value, Source: "simulation", Verified: Practice}}}
		changed.Limits[i].Local = nil
		changed.Edition += fmt.Sprintf(" (%s=%s)", name, values[name])
	}
	if len(faults) > 0 {
		return nil, &inventory.InvalidError{Kind: "limits", Faults: faults}
	}
	changed.Hash = hex.EncodeToString(sum.Sum(nil))
	return &changed, nil
}

// parseValue reads the value of a fact or a limit of a type from a text.
func parseValue(kind FactType, text string) (any, error) {
	text = strings.TrimSpace(text)
	switch kind {
	case Flag:
		if value, err := strconv.ParseBool(text); err == nil {
			return value, nil
		}
		return nil, fmt.Errorf("%q is neither true nor false", text)
	case Whole:
		if value, err := strconv.Atoi(text); err == nil {
			return value, nil
		}
		return nil, fmt.Errorf("%q is not a whole number", text)
	case Number:
		if value, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) {
			return value, nil
		}
		return nil, fmt.Errorf("%q is not a number", text)
	case Day:
		if day := inventory.Date(text); day.Valid() {
			return day, nil
		}
		return nil, fmt.Errorf("%q is not a day written YYYY-MM-DD", text)
	case List:
		words := []string{}
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
		return words, nil
	case Text:
	}
	return text, nil
}

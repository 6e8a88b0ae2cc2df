package inventory

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// reading turns the text of a source into the exact text of a field, and says what it supposed.
type reading func(text string) (exact, assumed string, err error)

// plainName is a name without case, accents, spaces or punctuation: "Code INSEE" and "code_insee" are one name.
func plainName(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(name) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// unknownWord tells the words that stand for nothing in the files of public bodies.
func unknownWord(text string) bool {
	return slices.Contains([]string{"", "null", "NULL", "NA", "N/A", "n/a", "nan", "NaN", "None"}, text)
}

// parseNumber reads a number as people write it: "3,5", "768 915.19". decimalComma tells that a comma was the decimal
// mark; a number with both marks is refused.
func parseNumber(text string) (value float64, decimalComma bool, err error) {
	compact := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	if strings.Count(compact, ",") == 1 && !strings.Contains(compact, ".") {
		compact, decimalComma = strings.Replace(compact, ",", ".", 1), true
	}
	plain := strings.Trim(compact, "0123456789+-.eE") == ""
	value, err = strconv.ParseFloat(compact, 64)
	if err != nil || !plain || math.IsInf(value, 0) {
		return 0, false, fmt.Errorf("%.40q is not a number", text)
	}
	return value, decimalComma, nil
}

const commaNote = "a comma is read as the decimal mark"

// readQuantity reads a number that its unit may follow.
func readQuantity(units ...string) reading {
	return func(text string) (exact, assumed string, err error) {
		bare := strings.TrimSpace(text)
		for _, unit := range units {
			bare = strings.TrimSpace(strings.TrimSuffix(bare, unit))
		}
		value, comma, err := parseNumber(bare)
		if err != nil {
			return "", "", fmt.Errorf("%.40q is not a number", text)
		}
		if comma {
			assumed = commaNote
		}
		return strconv.FormatFloat(value, 'g', -1, 64), assumed, nil
	}
}

// readWhole reads a whole number, "1920" or "1920,0".
func readWhole(text string) (exact, assumed string, err error) {
	value, _, err := parseNumber(text)
	if err != nil || value != math.Trunc(value) || math.Abs(value) > 1e15 {
		return "", "", fmt.Errorf("%.40q is not a whole number", text)
	}
	return strconv.FormatFloat(value, 'f', 0, 64), "", nil
}

// readHeight reads a height in metres of which 0 means that nobody measured it.
func readHeight(text string) (exact, assumed string, err error) {
	exact, assumed, err = readQuantity("mètres", "m", "M")(text)
	if err == nil && exact == "0" {
		return "", "a height of 0 is read as unknown", nil
	}
	return exact, assumed, err
}

// readBearing reads degrees clockwise from north, or a point of the compass in French or English.
func readBearing(text string) (exact, assumed string, err error) {
	if i := slices.Index(compass(), compassPoint(text)); i >= 0 {
		return strconv.FormatFloat(float64(i)*22.5, 'g', -1, 64), "a point of the compass is read as its bearing", nil
	}
	exact, assumed, err = readQuantity("degrés", "deg", "°")(text)
	if err != nil {
		return "", "", fmt.Errorf("%.40q is not a bearing in degrees, nor one point of the compass", text)
	}
	value, _ := strconv.ParseFloat(exact, 64)
	if value >= 0 && value < 360 {
		return exact, assumed, nil
	}
	if value < -360 || value > 360 {
		return "", "", fmt.Errorf("%.40q is not a bearing", text)
	}
	round := math.Mod(value+360, 360)
	return strconv.FormatFloat(round, 'g', -1, 64), "a bearing of 360° or below 0° is brought back into the circle", nil
}

// compass lists the sixteen points, clockwise from north.
func compass() []string {
	return []string{"N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"}
}

// compassPoint is the English letters of a point of the compass: "Nord-Ouest", "NO" and "north-west" are "NW".
func compassPoint(text string) string {
	words := strings.NewReplacer("nord", "n", "north", "n", "south", "s", "sud", "s", "ouest", "w", "west", "w",
		"east", "e", "est", "e")
	return strings.ReplaceAll(strings.ToUpper(words.Replace(plainName(text))), "O", "W")
}

// readBool reads yes or no, in French or English.
func readBool(text string) (exact, assumed string, err error) {
	switch plainName(text) {
	case "oui", "o", "yes", "y", "true", "vrai", "1":
		return "true", "", nil
	case "non", "no", "n", "false", "faux", "0":
		return "false", "", nil
	}
	return "", "", fmt.Errorf("%.40q is neither yes nor no", text)
}

// readDate reads a day: 2026-11-21, 21/11/2026, 20261121, or the day of an instant.
func readDate(text string) (exact, assumed string, err error) {
	for _, layout := range []string{time.DateOnly, "02/01/2006", "2006/01/02", "20060102", time.RFC3339, time.DateTime} {
		if day, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return day.Format(time.DateOnly), "", nil
		}
	}
	return "", "", fmt.Errorf("%.40q is not a day (2026-11-21 or 21/11/2026)", text)
}

func readText(text string) (exact, assumed string, err error) {
	return strings.TrimSpace(text), "", nil
}

// readMatching keeps a text that check accepts.
func readMatching(check func(string) bool, what string) reading {
	return func(text string) (exact, assumed string, err error) {
		if exact = strings.TrimSpace(text); check(exact) {
			return exact, "", nil
		}
		return "", "", errors.New("is not " + what)
	}
}

// readWord translates the words of a closed list; a word of the list itself stands for itself.
func readWord(words map[string]string) reading {
	return func(text string) (exact, assumed string, err error) {
		for _, word := range words {
			if word == strings.TrimSpace(text) {
				return word, "", nil
			}
		}
		if word, ok := words[plainName(text)]; ok {
			return word, "", nil
		}
		return "", "", fmt.Errorf("%.40q is not a known word", text)
	}
}

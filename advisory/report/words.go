package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/inventory"
)

// space is what French typography puts between thousands and before a unit: one that does not break.
const space = "\u00a0"

// number writes a number in the French way: decimal comma, thousands apart.
func number(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	var out strings.Builder
	if v < 0 && strings.Trim(text, "0.") != "" {
		out.WriteByte('-')
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			out.WriteString(space)
		}
		out.WriteRune(digit)
	}
	if fraction != "" {
		out.WriteString("," + fraction)
	}
	return out.String()
}

// percent writes a share that was already rounded, and rounds it no further.
func percent(pct float64) string { return number(pct, 2) + space + "%" }

// surface writes square metres in the unit that a person would choose.
func surface(m2 float64) string {
	switch {
	case m2 >= 1e6:
		return number(m2/1e6, 2) + space + "km²"
	case m2 >= 1e4:
		return number(m2/1e4, 2) + space + "ha"
	case m2 > 0 && m2 < 1:
		return "<" + space + "1" + space + "m²"
	}
	return number(m2, 0) + space + "m²"
}

// ground is the surface to watch, and what the perimeter has more.
func ground(r inventory.AssessmentResult) string {
	if r.PerimeterM2 <= r.GroundM2 {
		return surface(r.GroundM2)
	}
	text := surface(r.GroundM2) + " à surveiller sur " + surface(r.PerimeterM2)
	if r.Obstacles > 0 {
		text += " (" + count(r.Obstacles, "bâtiment", "bâtiments") + ")"
	}
	return text
}

// length writes metres; from a kilometre on, kilometres.
func length(m float64) string {
	if m >= 1000 {
		return strings.TrimSuffix(number(m/1000, 1), ",0") + space + "km"
	}
	return number(m, 0) + space + "m"
}

// density writes pixels per metre, with the decimals it has.
func density(pxM float64) string {
	_, fraction, _ := strings.Cut(strconv.FormatFloat(pxM, 'f', -1, 64), ".")
	return number(pxM, len(fraction))
}

// count writes a number and its noun; in French 0 and 1 are singular.
func count(n int, one, many string) string {
	noun := many
	if n < 2 {
		noun = one
	}
	return number(float64(n), 0) + space + noun
}

// title is what the study is called.
func title(a inventory.Assessment) string {
	switch {
	case a.Request.Name != "":
		return a.Request.Name
	case a.Result.PerimeterName != "":
		return a.Result.PerimeterName
	}
	return "Périmètre dessiné"
}

// verdict is the French word of a verdict.
func verdict(v inventory.Verdict) string {
	switch v {
	case inventory.Reached:
		return "atteint"
	case inventory.ReachableOnly:
		return "atteignable seulement"
	case inventory.NotReached:
		return "non atteint"
	case inventory.NothingRequired:
		return "rien d’exigé"
	case inventory.Undecided:
		return "indécidable"
	}
	return string(v)
}

// verdicts are all verdicts, from the best to the least telling.
func verdicts() []inventory.Verdict {
	return []inventory.Verdict{
		inventory.Reached, inventory.ReachableOnly, inventory.NotReached, inventory.Undecided, inventory.NothingRequired,
	}
}

// gapLevel is the figures of the level whose gaps are listed.
func gapLevel(r inventory.AssessmentResult) (inventory.LevelResult, bool) {
	i := slices.IndexFunc(r.Levels, func(l inventory.LevelResult) bool { return l.Code == r.GapLevel })
	if i < 0 {
		return inventory.LevelResult{}, false
	}
	return r.Levels[i], true
}

// levelName is the French name of a level of the study; its code when it has none.
func levelName(r inventory.AssessmentResult, code string) string {
	for _, l := range r.Levels {
		if l.Code == code && l.Name.FR != "" {
			return l.Name.FR
		}
	}
	return code
}

// requirement writes what an area requires.
func requirement(r inventory.AssessmentResult, required *inventory.Requirement) string {
	if required == nil {
		return "–"
	}
	text := fmt.Sprintf("%s à %s", levelName(r, required.Level), strings.Replace(percent(required.SharePct), ",00", "", 1))
	switch required.Period {
	case inventory.DayAndNight:
	case inventory.Day:
		return text + ", le jour"
	case inventory.Night:
		return text + ", la nuit"
	}
	return text
}

// edition says what made the study.
func edition(r inventory.AssessmentResult) string {
	return fmt.Sprintf("Vigie %s · référentiel %s (%.8s) · données %.8s", r.Software, r.Book, r.BookHash, r.InputHash)
}

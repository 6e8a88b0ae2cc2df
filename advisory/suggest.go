package advisory

import (
	"fmt"
	"strings"
)

// unknownName tells a name that is no fact, and the fact that is meant.
func unknownName(line string, column int, reason string) (at int, better string) {
	runes := []rune(line)
	isName := func(i int) bool {
		return i >= 0 && i < len(runes) && strings.ContainsRune("._", runes[i]) || i >= 0 && i < len(runes) && isWordRune(runes[i])
	}
	start, end := min(column, len(runes)), min(column, len(runes))
	for isName(start - 1) {
		start--
	}
	for isName(end) {
		end++
	}
	name := strings.Trim(string(runes[start:end]), ".")
	if !strings.Contains(name, ".") {
		return column, reason
	}
	return start, fmt.Sprintf("%q is not a fact%s", name, meant(name))
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}

// meant asks whether the fact was meant whose name is at most three letters away; it is empty when there is none.
func meant(name string) string {
	table := factTable()
	names := make([]string, len(table))
	for i := range table {
		names[i] = table[i].Name
	}
	return meantOf(name, names)
}

// meantOf asks whether one of some names was meant, as [meant] does.
func meantOf(name string, names []string) string {
	best, near := 4, ""
	for _, other := range names {
		if d := editDistance(name, other, best); d < best {
			best, near = d, other
		}
	}
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// editDistance is how many letters must be put in, left out or changed (Levenshtein), or limit when it is not less.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}

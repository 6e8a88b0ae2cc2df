package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"vigie/inventory"
)

// maxGapRows is how many gaps a table shows.
const maxGapRows = 10

// tableWidth is where sentences are wrapped, in characters.
const tableWidth = 96

// Table writes the figures as plain text, in French, for a terminal.
func Table(out io.Writer, a inventory.Assessment) error {
	var text bytes.Buffer
	r := a.Result
	heading := "Étude de couverture : " + title(a)
	fmt.Fprintf(&text, "%s\n%s\n", heading, strings.Repeat("═", utf8.RuneCountInString(heading)))
	fmt.Fprintf(&text, "%s · %s · échelle %s · cible à %s m du sol\n",
		ground(r), count(len(r.Cameras), "caméra comptée", "caméras comptées"), r.Scale,
		strings.TrimSuffix(number(r.TargetHeightM, 2), "0"))
	levelTable(&text, r)
	areaTable(&text, r)
	gapTable(&text, r)
	purposeTable(&text, r)
	lossTable(&text, r)
	uncertaintyTables(&text, r)
	wallTable(&text, r)
	if len(r.Assumptions) > 0 {
		fmt.Fprintf(&text, "\nHypothèses\n")
		for _, h := range r.Assumptions {
			bullet(&text, count(h.Cameras, "caméra", "caméras")+" – "+h.Text.FR)
		}
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintf(&text, "\nÀ savoir avant de citer un chiffre\n")
		for _, w := range r.Warnings {
			bullet(&text, w.Text.FR)
		}
	}
	fmt.Fprintf(&text, "\n%s\n", edition(r))
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func levelTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	rows := grid{{"Niveau", "Densité", "Vu", "Vu", "En permanence", "De nuit", "Par 2 ou plus", "Non vu", "Non vu"}}
	for i, l := range r.Levels {
		twice := 0.0
		if len(l.AtLeastM2) > 1 {
			twice = l.AtLeastM2[1]
		}
		rows = append(rows, []string{
			l.Name.FR, density(l.DensityPxM) + space + "px/m", percent(l.SeenPct), surface(l.SeenM2), percent(l.PermanentPct),
			byNight(r, i), surface(twice), percent(l.BlindPct), surface(l.BlindM2),
		})
	}
	fmt.Fprintf(out, "\n")
	rows.write(out, "lrrrrrrrr")
}

// byNight is what is seen of a level by night.
func byNight(r inventory.AssessmentResult, rank int) string {
	if rank >= len(r.Night) {
		return "–"
	}
	return percent(r.Night[rank].SeenPct)
}

func areaTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	if len(r.Areas) == 0 {
		return
	}
	rows := grid{{"Lieu à couvrir", "Surface", "Exigé", "Vu", "En permanence", "Verdict"}}
	for _, a := range r.Areas {
		rows = append(rows, []string{
			a.Name, surface(a.GroundM2), requirement(r, a.Requirement), optional(a.ReachedPct), optional(a.PermanentPct),
			verdict(a.Verdict),
		})
	}
	fmt.Fprintf(out, "\n")
	rows.write(out, "lrlrrl")
	for _, a := range r.Areas {
		if a.Reason != nil {
			bullet(out, a.Name+" : "+a.Reason.FR)
		}
	}
}

func optional(pct *float64) string {
	if pct == nil {
		return "–"
	}
	return percent(*pct)
}

func gapTable(out *bytes.Buffer, r inventory.AssessmentResult) {
	if len(r.Gaps) == 0 {
		return
	}
	rows := grid{{"Rang", "Surface", "Pondérée", "Près de", "Lieux touchés", "Longitude, latitude"}}
	for _, g := range r.Gaps[:min(len(r.Gaps), maxGapRows)] {
		near := "–"
		if g.Near != "" {
			near = g.Near
			if g.NearM != nil && *g.NearM > 0 {
				near += " (" + length(*g.NearM) + ")"
			}
		}
		rows = append(rows, []string{
			number(float64(g.Rank), 0), surface(g.AreaM2), surface(g.WeightedM2), near, places(g.Places),
			fmt.Sprintf("%.5f, %.5f", g.Inside[0], g.Inside[1]),
		})
	}
	fmt.Fprintf(out, "\nPremières lacunes au niveau « %s », sur %s\n",
		levelName(r, r.GapLevel), count(len(r.Gaps), "listée", "listées"))
	rows.write(out, "rrrlll")
}

// places writes the first names, and how many there are more.
func places(names []string) string {
	switch len(names) {
	case 0:
		return "–"
	case 1, 2:
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, %s (+%d)", names[0], names[1], len(names)-2)
}

// grid is rows of cells, the first one being the header.
type grid [][]string

// write aligns the columns: l to the left, r to the right.
func (g grid) write(out *bytes.Buffer, alignment string) {
	widths := make([]int, len(alignment))
	for _, row := range g {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for k, row := range g {
		line := make([]string, len(row))
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if line[i] = cell + pad; alignment[i] == 'r' {
				line[i] = pad + cell
			}
		}
		fmt.Fprintln(out, strings.TrimRight(strings.Join(line, "  "), " "))
		if k == 0 {
			for i, width := range widths {
				line[i] = strings.Repeat("─", width)
			}
			fmt.Fprintln(out, strings.Join(line, "  "))
		}
	}
}

// bullet writes a sentence, wrapped.
func bullet(out *bytes.Buffer, sentence string) {
	lead := "  • "
	for _, line := range wrap(sentence, tableWidth-4) {
		fmt.Fprintf(out, "%s%s\n", lead, line)
		lead = "    "
	}
}

// wrap cuts a sentence into lines of at most so many characters, at ordinary spaces.
func wrap(sentence string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Split(sentence, " ") {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width:
			lines, line = append(lines, line), word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

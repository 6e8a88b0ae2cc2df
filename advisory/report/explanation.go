package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"

	"vigie/inventory"
)

// Explanation writes why a place is seen or not as plain text, in French, for a terminal: a line for each view, and the
// first thing that keeps it from seeing better.
func Explanation(out io.Writer, e inventory.Explanation) error {
	var text bytes.Buffer
	fmt.Fprintf(&text, "Point %.5f, %.5f · échelle %s · %s\n\n", e.At[0], e.At[1], e.Scale,
		count(len(e.Views), "vue proche", "vues proches"))
	rows := grid{{"Caméra", "Voie", "Vue", "Distance", "Direction", "Densité", "De jour", "De nuit", "Pas mieux, car"}}
	for _, v := range e.Views {
		day, better := finest(v.Levels, func(l inventory.LevelExplanation) []inventory.Reason { return l.ByDay })
		night, _ := finest(v.Levels, func(l inventory.LevelExplanation) []inventory.Reason { return l.ByNight })
		rows = append(rows, []string{
			cmp.Or(v.Name, string(v.Camera)), v.Head, viewName(v.View), length(v.DistanceM), number(v.BearingDeg, 0) + "°",
			number(v.DensityPxM, 0) + space + "px/m", day, night, better,
		})
	}
	if len(e.Views) > 0 {
		rows.write(&text, "lllrrrlll")
	}
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write explanation: %w", err)
	}
	return nil
}

// finest names the finest level that is seen, and says the first reason why the next one is not.
func finest(levels []inventory.LevelExplanation, reasons func(inventory.LevelExplanation) []inventory.Reason) (level, better string) {
	level = "non vu"
	for _, l := range levels {
		if why := reasons(l); len(why) > 0 {
			return level, why[0].Text.FR
		}
		level = l.Name.FR
	}
	return level, "–"
}

// viewName is the French word of a view.
func viewName(view string) string {
	switch view {
	case "permanent":
		return "permanente"
	case "reachable":
		return "atteignable"
	}
	return view
}

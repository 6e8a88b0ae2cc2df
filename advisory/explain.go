package advisory

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/paulmach/orb"

	"vigie/geo"
	"vigie/inventory"
)

// Explain tells what each camera near a place sees of it, and why it does not, in the inventory as it is now. With a
// study already made, of which the identifier may be empty, it tells whether that read the same. Errors are those of
// [Advisor.Assess], and an *inventory.InvalidError for a place that is none.
func (a Advisor) Explain(ctx context.Context, made inventory.Assessment, at inventory.Point) (inventory.Explanation, error) {
	if err := geo.ValidatePoint(orb.Point(at)); err != nil {
		fault := inventory.Fault{Field: "at", Reason: err.Error()}
		return inventory.Explanation{}, &inventory.InvalidError{Kind: "place", Faults: []inventory.Fault{fault}}
	}
	s, err := a.Book.study(made.Request)
	if err != nil {
		return inventory.Explanation{}, err
	}
	in, err := a.gather(ctx, s)
	if err != nil {
		return inventory.Explanation{}, err
	}
	hash, err := in.hash(a.Software, a.Book.Hash, made.Request)
	if err != nil {
		return inventory.Explanation{}, err
	}
	sights := s.sights(in)
	views, err := geo.Explain(ctx, s.scene(in, sights, nil), orb.Point(at), s.options())
	if err != nil {
		return inventory.Explanation{}, fmt.Errorf("explain a place: %w", err)
	}
	out := inventory.Explanation{
		At: at, Scale: s.scale.ID, InputHash: hash, Unchanged: hash == made.Result.InputHash, Views: []inventory.ViewExplanation{},
	}
	heads := headsOf(sights)
	for _, v := range views {
		out.Views = append(out.Views, s.view(v, heads[v.Head]))
	}
	return out, nil
}

// ownedHead is a head of the engine's scene, and whose it is.
type ownedHead struct {
	camera inventory.Camera
	id     string
}

// headsOf are the heads of the scene, by rank.
func headsOf(sights []sight) []ownedHead {
	var heads []ownedHead
	for _, v := range sights {
		for _, id := range v.ids {
			heads = append(heads, ownedHead{v.camera, id})
		}
	}
	return heads
}

// view puts what the engine says into words.
func (s study) view(v geo.Explanation, head ownedHead) inventory.ViewExplanation {
	out := inventory.ViewExplanation{
		Camera: head.camera.ID, Name: cmp.Or(head.camera.Name, head.camera.ExternalID), Head: head.id, View: string(v.View),
		DistanceM: v.DistanceM, BearingDeg: v.BearingDeg, DensityPxM: v.DensityPxM,
		OffAxisDeg: v.OffAxisDeg, HalfApertureDeg: v.HalfApertureDeg,
		HiddenBy: inventory.ID(v.HiddenBy), HiddenAtM: v.HiddenAtM,
	}
	for _, l := range v.Levels {
		level := inventory.LevelExplanation{
			Level: l.Level.Code, SeenByDay: l.Seen(), SeenByNight: l.SeenByNight(),
			ByDay: reasons(v, l, l.ByDay), ByNight: reasons(v, l, l.ByNight),
		}
		if rank, known := s.scale.Level(l.Level.Code); known {
			level.Name = s.scale.Levels[rank].Name
		}
		out.Levels = append(out.Levels, level)
	}
	return out
}

func reasons(v geo.Explanation, l geo.LevelVerdict, all []geo.Reason) []inventory.Reason {
	out := []inventory.Reason{}
	for _, r := range all {
		out = append(out, inventory.Reason{Code: strings.ReplaceAll(string(r), " ", "_"), Text: reasonText(r, v, l)})
	}
	return out
}

// reasonText says a reason, with the figures it rests on.
func reasonText(r geo.Reason, v geo.Explanation, l geo.LevelVerdict) inventory.Text {
	both := func(french, english string, values ...float64) inventory.Text {
		fr, en := make([]any, len(values)), make([]any, len(values))
		for i, value := range values {
			en[i] = fmt.Sprintf("%.1f", value)
			fr[i] = strings.Replace(fmt.Sprintf("%.1f", value), ".", ",", 1)
		}
		return inventory.Text{FR: fmt.Sprintf(french, fr...), EN: fmt.Sprintf(english, en...)}
	}
	switch r {
	case geo.OffAxis:
		return both("hors du champ : à %s° de l’axe, qui voit jusqu’à %s°", "off axis: %s° from the axis, which sees up to %s°",
			v.OffAxisDeg, v.HalfApertureDeg)
	case geo.DeadZone:
		return both("dans la zone morte : à %s m, l’image commence à %s m", "in the dead zone: at %s m, the picture begins at %s m",
			v.DistanceM, l.NearM)
	case geo.OutOfRange:
		return both("hors de portée : à %s m, au-dessus de l’image ou trop loin", "out of range: at %s m, above the picture or too far",
			v.DistanceM)
	case geo.TooFewPixels:
		return both("trop peu de pixels : %s px/m pour %s px/m exigés", "too few pixels: %s px/m where %s px/m are needed",
			math.Floor(v.DensityPxM*10)/10, l.Level.DensityPxM)
	case geo.Masked:
		return both("dans une direction masquée", "in a masked direction")
	case geo.Hidden:
		text := both("caché à %s m", "hidden at %s m", v.HiddenAtM)
		return inventory.Text{FR: text.FR + " par " + v.HiddenBy, EN: text.EN + " by " + v.HiddenBy}
	case geo.Dark:
		return both("trop sombre à %s m", "too dark at %s m", v.DistanceM)
	case geo.LightUnknown:
		return both("portée de nuit inconnue", "reach by night unknown")
	case geo.Buried:
		return both("caméra placée trop loin à l’intérieur d’un bâtiment", "camera placed too deep inside a building")
	}
	return inventory.Text{FR: string(r), EN: string(r)}
}

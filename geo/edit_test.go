package geo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"vigie/geo"
)

// without leaves the shapes out, which Replace does not draw.
func withoutShapes(c geo.Coverage) geo.Coverage {
	for _, levels := range [][]geo.LevelCoverage{c.Levels, c.Night} {
		for l := range levels {
			levels[l].Seen, levels[l].Blind = nil, nil
		}
	}
	return c
}

// editScene is a town with all that a coverage has figures of.
func editScene(w town, seed uint64) geo.Scene {
	scene := randomTown(w, seed)
	random := rand.New(rand.NewPCG(seed, 31))
	alone, pairs := geo.Subset{ID: "first"}, geo.Grouping{ID: "mast", Members: map[string]string{}}
	for k := range scene.Heads {
		scene.Heads[k].NightReachM = number(float64(10 + 10*random.IntN(8)))
		pairs.Members[scene.Heads[k].Camera] = fmt.Sprint(random.IntN(4))
		if random.IntN(2) == 0 {
			alone.Heads = append(alone.Heads, k)
		}
	}
	scene.Subsets, scene.Groupings = []geo.Subset{alone}, []geo.Grouping{pairs}
	for k := range 40 {
		x, y := random.Float64()*1000-500, random.Float64()*1000-500
		scene.Obstacles = append(scene.Obstacles, geo.Obstacle{
			ID: fmt.Sprint(k), Shape: w.rectangle(x, y, x+5+random.Float64()*30, y+5+random.Float64()*30),
		})
	}
	return scene
}

// moveCamera turns and moves the heads of one camera of a scene, and gives them.
func moveCamera(w town, scene *geo.Scene, camera string, random *rand.Rand) []geo.Head {
	scene.Heads = slices.Clone(scene.Heads)
	at := w.at(random.Float64()*1000-500, random.Float64()*1000-500)
	var heads []geo.Head
	for k := range scene.Heads {
		h := &scene.Heads[k]
		if h.Camera == camera {
			h.At, h.BearingDeg = at, number(random.Float64()*360)
			heads = append(heads, *h)
		}
	}
	return heads
}

func TestReplaceEqualsANewRun(t *testing.T) {
	w := newTown(t)
	options := geo.Options{Night: true, Editable: true}
	for seed := range uint64(6) {
		scene := editScene(w, seed)
		random := rand.New(rand.NewPCG(seed, 37))
		first, err := geo.Cover(t.Context(), scene, options)
		if err != nil {
			t.Fatal(err)
		}
		kept := fmt.Sprintf("%+v", first.Levels)
		now := first
		for change := range 6 {
			camera := scene.Heads[random.IntN(len(scene.Heads))].Camera
			heads := moveCamera(w, &scene, camera, random)
			if now, err = now.Replace(t.Context(), camera, heads); err != nil {
				t.Fatal(err)
			}
			again, err := geo.Cover(t.Context(), scene, geo.Options{Night: true})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprintf("%+v", figuresOf(now)), fmt.Sprintf("%+v", figuresOf(withoutShapes(again))); got != want {
				t.Fatalf("seed %d, change %d: Replace gives\n%s\na new run\n%s", seed, change, got, want)
			}
		}
		if got := fmt.Sprintf("%+v", first.Levels); got != kept {
			t.Error("the coverage that was replaced in has changed")
		}
	}
}

// figuresOf are the figures and nothing else, to be compared.
func figuresOf(c geo.Coverage) []any {
	return []any{c.GroundM2, c.Levels, c.Night, c.Zones, c.Subsets, c.Cameras, c.Losses, c.Facades, c.ArcInsetM, c.ArcLossShare}
}

func TestReplaceByNothingTakesTheCameraAway(t *testing.T) {
	w := newTown(t)
	scene := randomTown(w, 4)
	c, err := geo.Cover(t.Context(), scene, geo.Options{Editable: true})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := c.Replace(t.Context(), "0", nil)
	if err != nil {
		t.Fatal(err)
	}
	for l := range gone.Levels {
		lost := c.Levels[l].SeenM2 - gone.Levels[l].SeenM2
		if d := lost - c.Cameras.At(0).ExclusiveM2[l]; d > 1e-6*c.GroundM2 || d < -1e-6*c.GroundM2 {
			t.Errorf("%v m² are lost, exclusive were %v m²", lost, c.Cameras.At(0).ExclusiveM2[l])
		}
		if gone.Cameras.At(0).FootprintM2[l] != 0 {
			t.Error("a camera that is gone sees")
		}
	}
}

func TestReplaceRefuses(t *testing.T) {
	w := newTown(t)
	scene := editScene(w, 1)
	head := scene.Heads[0]
	still, err := geo.Cover(t.Context(), scene, geo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := still.Replace(t.Context(), "0", nil); !errors.Is(err, geo.ErrNotEditable) {
		t.Errorf("error %v, want ErrNotEditable", err)
	}
	c, err := geo.Cover(t.Context(), scene, geo.Options{Editable: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Replace(t.Context(), "nobody", []geo.Head{head}); !errors.Is(err, geo.ErrUnknownCamera) {
		t.Errorf("error %v, want ErrUnknownCamera", err)
	}
	if _, err := c.Replace(t.Context(), head.Camera, []geo.Head{head, head, head}); err == nil {
		t.Error("subsets refer to heads that are not there any more")
	}
	heads := slices.DeleteFunc(slices.Clone(scene.Heads), func(h geo.Head) bool { return h.Camera != head.Camera })
	bad := slices.Clone(heads)
	bad[0].At = orb.Point{500, 0}
	if _, err := c.Replace(t.Context(), head.Camera, bad); err == nil {
		t.Error("no head stands there")
	}
	bad[0] = heads[0]
	bad[0].Sensor = geo.Sensor{}
	var unknown *geo.UnknownError
	if _, err := c.Replace(t.Context(), head.Camera, bad); !errors.As(err, &unknown) {
		t.Errorf("error %v, want an UnknownError", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Replace(cancelled, head.Camera, heads); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	again, err := c.Replace(t.Context(), head.Camera, heads)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Cameras, c.Cameras) {
		t.Error("what was refused left traces")
	}
}

// BenchmarkReplace moves one camera among 10,000 in 100 km², with 4 levels, and reports how long its figures take.
func BenchmarkReplace(b *testing.B) {
	w := newTown(b)
	random := rand.New(rand.NewPCG(3, 41))
	scene := geo.Scene{Perimeter: w.rectangle(-5000, -5000, 5000, 5000)}
	for k, density := range []float64{20, 50, 100, 200} {
		scene.Levels = append(scene.Levels, geo.Level{Code: fmt.Sprint(k), DensityPxM: density})
	}
	for k := range 10_000 {
		scene.Heads = append(scene.Heads, geo.Head{
			Camera: fmt.Sprint(k), At: w.at(random.Float64()*10_000-5000, random.Float64()*10_000-5000),
			BearingDeg: number(random.Float64() * 360), Sensor: lens(30+80*random.Float64(), 24),
		})
	}
	c, err := geo.Cover(b.Context(), scene, geo.Options{Editable: true})
	if err == nil {
		c, err = c.Replace(b.Context(), "0", scene.Heads[:1])
	}
	if err != nil {
		b.Fatal(err)
	}
	var times []time.Duration
	for b.Loop() {
		k := random.IntN(len(scene.Heads))
		h := scene.Heads[k]
		h.BearingDeg = number(random.Float64() * 360)
		start := time.Now()
		if _, err := c.Replace(b.Context(), h.Camera, []geo.Head{h}); err != nil {
			b.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	for _, percent := range []int{50, 99} {
		b.ReportMetric(float64(times[len(times)*percent/100])/1e6, fmt.Sprintf("p%d-ms", percent))
	}
}

package advisory

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"vigie/inventory"
)

// burden is what one camera lays on what is behind it.
type burden struct {
	// mbps is the recorded streams', previewMbps what live views add on links; watts the largest draw.
	mbps, previewMbps, watts float64
	// upsMinutes is how long it must outlast the mains, batteryH how long it runs on a battery of its own; 0 for none.
	upsMinutes, batteryH float64
}

// burdens are those of the cameras that are proposed.
func (b *Book) burdens(cameras []inventory.ProposedCamera) []burden {
	f := b.Sizing.Figures
	all := make([]burden, len(cameras))
	for i, c := range cameras {
		asked := specifications(c.Specifications)
		all[i].upsMinutes = f.UPSMinutes.Value
		if least := asked.atLeast("upsMinutes"); least != nil {
			all[i].upsMinutes = max(*least, f.UPSMinutes.Value)
		}
		if least := asked.atLeast("batteryH"); least != nil {
			all[i].batteryH = *least
		}
		for _, h := range c.Camera.Heads {
			all[i].previewMbps += f.PreviewMbps.Value
			if h.BitrateMbps != nil {
				all[i].mbps += *h.BitrateMbps
			}
		}
		if p, known := b.Profile(c.Profile); known {
			all[i].watts = p.PowerW.Value
		}
	}
	return all
}

// storage is what disks a retention takes: TB = Σ bit rate/8 · 86,400 · days / 10⁶, with a margin, and parity.
type storage struct {
	netTB, rawTB float64
	disks, days  int
	raid         string
	steps        []inventory.Step
}

// storageFor gives it for the sum of the recorded streams, Mbit/s. Longer and more is never less.
func (b *Book) storageFor(mbps float64, days int, project inventory.Project, at inventory.Date) storage {
	f := b.Sizing.Figures
	margin, marginFrom := b.limitNumber("storageMargin", project, at)
	factor, factorFrom := b.limitNumber("raidFactor", project, at)
	s := storage{days: days}
	streamTB := mbps / 8 * 86400 * float64(days) / 1e6
	s.netTB, s.rawTB = streamTB*margin, streamTB*margin*factor
	s.disks, s.raid = disksFor(s.netTB, s.rawTB, f.DiskTB.Value, int(f.SingleParityDisks.Value))
	step := func(fr, en, unit, source string, value float64, formula string, args ...any) {
		s.steps = append(s.steps, inventory.Step{Name: text(fr, en), Formula: fmt.Sprintf(formula, args...), Value: value, Unit: unit, Source: source})
	}
	step("Volume des flux", "Volume of the streams", "TB", "unités décimales : 4 Mbit/s font 43,2 Go par jour",
		roundTo(streamTB, 0.1), "%s Mbit/s / 8 × 86 400 × %d j / 10⁶", figure(mbps), days)
	step("Capacité utile", "Usable capacity", "TB", marginFrom, roundTo(s.netTB, 0.1), "%s × %s", figure(streamTB), figure(margin))
	step("Capacité brute, "+s.raid, "Raw capacity, "+s.raid, "TB", factorFrom, tenthUp(s.rawTB), "%s × %s", figure(s.netTB), figure(factor))
	step("Disques, "+s.raid, "Disks, "+s.raid, "u", f.SingleParityDisks.Source+mark(f.SingleParityDisks.Verified),
		float64(s.disks), "⌈%s / %s⌉, parité comprise", figure(s.rawTB), figure(f.DiskTB.Value))
	return s
}

// disksFor is how many disks of a size hold what is useful and the parity: one disk of it in a group of at most so many
// (RAID 5), two beyond (RAID 6).
func disksFor(netTB, rawTB, diskTB float64, single int) (disks int, raid string) {
	data := int(math.Ceil(netTB/diskTB - 1e-9))
	if data == 0 {
		return 0, "RAID 5"
	}
	if disks = max(data+1, int(math.Ceil(rawTB/diskTB-1e-9))); disks <= single {
		return disks, "RAID 5"
	}
	return max(data+2, disks), "RAID 6"
}

// figure writes a number of a formula: four figures below 1000, else to the unit.
func figure(v float64) string {
	if math.Abs(v) < 1000 {
		return frNumber(signif(v, 4))
	}
	return frNumber(math.Round(v))
}

// tenthUp rounds up to a tenth.
func tenthUp(v float64) float64 { return math.Ceil(v*10-1e-9) / 10 }

func text(fr, en string) inventory.Text { return inventory.Text{FR: fr, EN: en} }

// limitNumber is the value of a limit on a day where a project is, with its source; 1 where the book has none.
func (b *Book) limitNumber(name string, project inventory.Project, at inventory.Date) (value float64, source string) {
	if v, known := b.limit(name).In(at, project.Department); known {
		if number, ok := v.Value.(float64); ok {
			return number, v.Source + mark(v.Verified)
		}
	}
	return 1, "aucune valeur dans le livre"
}

// retention is for how many days images are kept, and where that comes from: the authorisation, else the law's longest.
func (b *Book) retention(project inventory.Project) (days int, step inventory.Step) {
	f := b.Sizing.Figures.RetentionDays
	step = inventory.Step{Name: text("Conservation, supposée", "Retention, supposed"), Unit: "d", Source: f.Source + mark(f.Verified)}
	days = int(f.Value)
	if project.RetentionDays != nil {
		days, step.Name, step.Source = *project.RetentionDays, text("Conservation", "Retention"), "durée de l’autorisation (CSI, art. L252-5)"
	}
	step.Value = float64(days)
	return days, step
}

// sizedNetwork is what is behind the cameras, with the counts that a bill takes.
type sizedNetwork struct {
	sizing inventory.NetworkSizing
	// nodes are the cabinets, longNodes those whose batteries must last longer than usual; streams the recorded ones.
	nodes, longNodes, streams int
	// fresh tells that there is no system yet.
	fresh bool
}

// network sizes what is behind the cameras: storage, the link of the busiest cabinet, power, batteries. asked is what the
// rules ask of the project.
func (b *Book) network(cameras []inventory.ProposedCamera, project inventory.Project, asked specifications, at inventory.Date) sizedNetwork {
	burdens := b.burdens(cameras)
	var mbps, watts float64
	for _, one := range burdens {
		mbps, watts = mbps+one.mbps, watts+one.watts
	}
	days, kept := b.retention(project)
	s := b.storageFor(mbps, days, project, at)
	n := inventory.NetworkSizing{
		BitrateMbps: roundTo(mbps, 0.01), StorageTB: tenthUp(s.rawTB), RetentionDays: days, Disks: s.disks,
		Steps: append([]inventory.Step{kept, {
			Name: text("Débit de tous les flux", "Rate of all streams"), Formula: fmt.Sprintf("Σ, %d caméras", len(cameras)),
			Value: roundTo(mbps, 0.01), Unit: "Mbit/s", Source: "débits plafonds des têtes",
		}}, s.steps...),
	}
	b.sizeLink(&n, burdens, project, asked, at)
	margin, source := b.limitNumber("poeMargin", project, at)
	n.PoEW = math.Ceil(watts*margin - 1e-9)
	n.Steps = append(n.Steps, inventory.Step{
		Name: text("Budget PoE des commutateurs", "PoE budget of the switches"), Formula: fmt.Sprintf("%s × %s W", figure(margin), figure(watts)),
		Value: n.PoEW, Unit: "W", Source: source,
	})
	sized := sizedNetwork{nodes: b.nodes(len(cameras), project)}
	for i, one := range burdens {
		sized.streams += len(cameras[i].Camera.Heads)
		if one.upsMinutes > b.Sizing.Figures.UPSMinutes.Value {
			sized.longNodes++
		}
	}
	sized.longNodes = b.nodes(sized.longNodes, project)
	b.sizeUPS(&n, burdens, sized.nodes, asked)
	sized.sizing = n
	return sized
}

// nodes is how many cabinets a number of cameras takes.
func (b *Book) nodes(cameras int, project inventory.Project) int {
	each := b.perNode(project)
	return (cameras + each - 1) / each
}

// perNode is how many cameras share a cabinet.
func (b *Book) perNode(project inventory.Project) int {
	if project.CamerasPerNode != nil && *project.CamerasPerNode > 0 {
		return *project.CamerasPerNode
	}
	return int(b.Sizing.Figures.CamerasPerNode.Value)
}

// sizeLink sizes the link of the busiest cabinet: its streams and live views, at the load that is accepted.
func (b *Book) sizeLink(n *inventory.NetworkSizing, burdens []burden, project inventory.Project, asked specifications, at inventory.Date) {
	loadPct, source := b.limitNumber("linkLoadPct", project, at)
	if most := asked.atMost("linkLoadPct"); most != nil && *most < loadPct {
		loadPct, source = *most, asked.rulesOf("linkLoadPct")
	}
	busiest := slices.Clone(burdens)
	slices.SortStableFunc(busiest, func(a, b burden) int { return cmp.Compare(b.mbps+b.previewMbps, a.mbps+a.previewMbps) })
	busiest = busiest[:min(len(busiest), b.perNode(project))]
	var sum float64
	for _, one := range busiest {
		sum += one.mbps + one.previewMbps
	}
	n.LinkMbps = math.Ceil(sum/(loadPct/100) - 1e-9)
	n.Steps = append(n.Steps, inventory.Step{
		Name:    text("Liaison du nœud le plus chargé", "Link of the busiest node"),
		Formula: fmt.Sprintf("%s Mbit/s (%d caméras, flux secondaires compris) / %s %%", figure(sum), len(busiest), figure(loadPct)),
		Value:   n.LinkMbps, Unit: "Mbit/s", Source: source,
	})
}

// sizeUPS sizes the batteries of the cabinets and of the head-end: W · min / 60, over the useful part of a battery.
func (b *Book) sizeUPS(n *inventory.NetworkSizing, burdens []burden, nodes int, asked specifications) {
	f := b.Sizing.Figures
	var camerasWh, ownWh, longest float64
	for _, one := range burdens {
		camerasWh += one.watts * one.upsMinutes / 60
		ownWh += one.watts * one.batteryH
		longest = max(longest, one.upsMinutes)
	}
	headEnd := f.UPSMinutes.Value
	if least := asked.atLeast("upsMinutes"); least != nil {
		headEnd = max(headEnd, *least)
	}
	headEndW := 0.0
	if len(burdens) > 0 {
		headEndW = f.HeadEndW.Value + float64(n.Disks)*f.DiskW.Value
	}
	wh := (camerasWh + float64(nodes)*f.NodeW.Value*longest/60 + headEndW*headEnd/60) / f.UPSShare.Value
	n.UPSWh = math.Ceil(wh - 1e-9)
	n.Steps = append(n.Steps, inventory.Step{
		Name: text("Énergie secourue", "Energy of the uninterruptible supplies"),
		Formula: fmt.Sprintf("(%s Wh de caméras + %d coffrets × %s W × %s min + %s W × %s min) / %s",
			figure(camerasWh), nodes, figure(f.NodeW.Value), figure(longest), figure(headEndW), figure(headEnd), figure(f.UPSShare.Value)),
		Value: n.UPSWh, Unit: "Wh", Source: f.UPSMinutes.Source + mark(f.UPSMinutes.Verified),
	})
	if ownWh > 0 {
		n.Steps = append(n.Steps, inventory.Step{
			Name: text("Batteries des mâts sans alimentation permanente", "Batteries of masts without a permanent supply"), Formula: "Σ P × h / part utile",
			Value: math.Ceil(ownWh/f.UPSShare.Value - 1e-9), Unit: "Wh", Source: "autonomie demandée par les règles",
		})
	}
}

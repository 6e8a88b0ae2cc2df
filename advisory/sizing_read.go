package advisory

import (
	"github.com/goccy/go-yaml/ast"

	"vigie/inventory"
)

// origin are the fields of where a row comes from.
func (p *page) origin(o *Origin) []field {
	return []field{
		{key: "source", read: func(n ast.Node) { o.Source = p.text(n) }},
		{key: "verified", read: func(n ast.Node) { o.Verified = p.verified(n) }},
	}
}

// amount is a field that holds a number.
func (p *page) amount(key string, into *float64, low, high float64) field {
	return field{key: key, read: func(n ast.Node) { *into = p.number(n, low, high) }}
}

// perhapsAmount is a field that may hold a number.
func (p *page) perhapsAmount(key string, into **float64, low, high float64) field {
	return field{key: key, optional: true, read: func(n ast.Node) {
		value := p.number(n, low, high)
		*into = &value
	}}
}

func (p *page) perhapsFlag(key string, into **bool) field {
	return field{key: key, optional: true, read: func(n ast.Node) { *into = new(p.flag(n)) }}
}

func (p *page) pixels(key string, into *int) field {
	return field{key: key, read: func(n ast.Node) { *into = p.whole(n, 1, 100_000) }}
}

func (p *page) aimNeed(n ast.Node) AimNeed {
	var a AimNeed
	p.object(n, append(p.origin(&a.Origin),
		field{key: "aim", read: func(n ast.Node) { a.Aim = word(p, n, inventory.Aims()...) }},
		p.amount("densityPxM", &a.DensityPxM, 1, 100_000),
		p.amount("distanceM", &a.DistanceM, 0.1, 3000),
		p.amount("widthM", &a.WidthM, 0.1, 3000),
		p.amount("mountHeightM", &a.MountHeightM, 0, 500),
		p.amount("speedKmh", &a.SpeedKMH, 0, 500),
	)...)
	return a
}

func (p *page) siteNeed(n ast.Node) SiteNeed {
	var s SiteNeed
	p.object(n, append(p.origin(&s.Origin),
		field{key: "site", read: func(n ast.Node) { s.Site = word(p, n, inventory.SiteKinds()...) }},
		field{key: "aim", read: func(n ast.Node) { s.Aim = word(p, n, inventory.Aims()...) }},
		p.perhapsAmount("distanceM", &s.DistanceM, 0.1, 3000),
		p.perhapsAmount("widthM", &s.WidthM, 0.1, 3000),
		p.perhapsAmount("mountHeightM", &s.MountHeightM, 0, 500),
		p.perhapsAmount("speedKmh", &s.SpeedKMH, 0, 500),
		p.perhapsFlag("outdoor", &s.Outdoor),
		p.perhapsFlag("filmsPublicWay", &s.FilmsPublicWay),
	)...)
	return s
}

func (p *page) streamRate(n ast.Node) StreamRate {
	var r StreamRate
	p.object(n, append(p.origin(&r.Origin),
		p.pixels("widthPx", &r.WidthPx),
		p.pixels("heightPx", &r.HeightPx),
		p.amount("h264Mbps", &r.H264Mbps, 0.01, 1000),
		p.amount("h265Mbps", &r.H265Mbps, 0.01, 1000),
	)...)
	return r
}

func (p *page) feed(n ast.Node) Feed {
	var f Feed
	p.object(n, append(p.origin(&f.Origin),
		field{key: "type", read: func(n ast.Node) { f.Type = p.text(n) }},
		p.amount("deviceW", &f.DeviceW, 0.1, 1000),
		p.amount("portW", &f.PortW, 0.1, 1000),
	)...)
	return f
}

// sizingFigures reads the single values. None may be zero: most are divided by.
func (p *page) sizingFigures(n ast.Node) SizingFigures {
	var f SizingFigures
	value := func(key string, into *Sourced[float64], high float64) field {
		return field{key: key, read: func(n ast.Node) {
			*into = sourced(p, n, func(n ast.Node) float64 { return p.number(n, 0.01, high) })
		}}
	}
	p.object(n,
		value("plateHeightM", &f.PlateHeightM, 10),
		value("plateWidthM", &f.PlateWidthM, 10),
		value("blurPx", &f.BlurPx, 100),
		value("crossingDeg", &f.CrossingDeg, 90),
		value("vehicleDeg", &f.VehicleDeg, 90),
		value("vehicleKmh", &f.VehicleKMH, 500),
		value("lensStepMM", &f.LensStepMM, 10),
		value("framesPerSecond", &f.FramesPerSecond, 1000),
		value("slowFramesPerSecond", &f.SlowFramesPerSecond, 1000),
		value("slowRate", &f.SlowRate, 1),
		value("previewMbps", &f.PreviewMbps, 100),
		value("camerasPerNode", &f.CamerasPerNode, 1000),
		value("streamsPerRecorder", &f.StreamsPerRecorder, 1000),
		value("diskTB", &f.DiskTB, 1000),
		value("singleParityDisks", &f.SingleParityDisks, 1000),
		value("retentionDays", &f.RetentionDays, 3660),
		value("upsMinutes", &f.UPSMinutes, 10_000),
		value("upsShare", &f.UPSShare, 1),
		value("nodeW", &f.NodeW, 10_000),
		value("headEndW", &f.HeadEndW, 100_000),
		value("diskW", &f.DiskW, 1000),
	)
	return f
}

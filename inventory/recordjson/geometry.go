package recordjson

import (
	"encoding/json"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// AppendPoint appends a GeoJSON Point (RFC 7946, section 3.1.2). Coordinates that are no numbers are an error.
func AppendPoint(text []byte, p orb.Point) ([]byte, error) {
	text, err := appendPosition(append(text, `{"type":"Point","coordinates":`...), p)
	return append(text, '}'), err
}

// AppendGeometry appends a GeoJSON geometry (RFC 7946, section 3.1), as package geojson writes it; null for none.
func AppendGeometry(text []byte, shape orb.Geometry) ([]byte, error) {
	var err error
	switch s := shape.(type) {
	case orb.Point:
		return AppendPoint(text, s)
	case orb.Polygon:
		text, err = appendList(append(text, `{"type":"Polygon","coordinates":`...), s, appendRing)
	case orb.MultiPolygon:
		text, err = appendList(append(text, `{"type":"MultiPolygon","coordinates":`...), s, appendPolygon)
	default:
		own, err := json.Marshal(geojson.NewGeometry(shape))
		return append(text, own...), err
	}
	return append(text, '}'), err
}

func appendPolygon(text []byte, p orb.Polygon) ([]byte, error) {
	return appendList(text, p, appendRing)
}

func appendRing(text []byte, r orb.Ring) ([]byte, error) { return appendList(text, r, appendPosition) }

func appendPosition(text []byte, p orb.Point) (_ []byte, err error) {
	if text, err = AppendNumber(append(text, '['), p[0]); err != nil {
		return nil, err
	}
	if text, err = AppendNumber(append(text, ','), p[1]); err != nil {
		return nil, err
	}
	return append(text, ']'), nil
}

// appendList appends a list; null for one that is nil, as encoding/json does.
func appendList[L ~[]P, P any](text []byte, list L, part func([]byte, P) ([]byte, error)) (_ []byte, err error) {
	if list == nil {
		return append(text, "null"...), nil
	}
	text = append(text, '[')
	for i, p := range list {
		if i > 0 {
			text = append(text, ',')
		}
		if text, err = part(text, p); err != nil {
			return nil, err
		}
	}
	return append(text, ']'), nil
}

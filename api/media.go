package api

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
)

// The formats read and written.
const (
	jsonType    = "application/json"
	geoJSONType = "application/geo+json" // RFC 7946
	csvType     = "text/csv"
	zipType     = "application/zip" // a shapefile or a KMZ
	kmlType     = "application/vnd.google-earth.kml+xml"
	kmzType     = "application/vnd.google-earth.kmz"
	svgType     = "image/svg+xml"
	// markdownType is RFC 7763.
	markdownType = "text/markdown"
	// eventsType are server-sent events (HTML Living Standard, section 9.2).
	eventsType = "text/event-stream"
)

// negotiate chooses the offer that the Accept header likes best (RFC 9110 §12.5.1), the first among equals.
func negotiate(c *gin.Context, offers ...string) (string, error) {
	if len(offers) > 1 {
		vary(c, "Accept")
	}
	accept := header(c, "Accept")
	if strings.TrimSpace(accept) == "" {
		return offers[0], nil
	}
	best, most := "", 0.0
	for _, offer := range offers {
		if q := quality(accept, offer); q > most {
			best, most = offer, q
		}
	}
	if best == "" {
		return "", refuse(kindNotAcceptable, "the formats here are %s", strings.Join(offers, ", "))
	}
	return best, nil
}

// vary says that the answer would be another one if these headers of the request were (RFC 9110, section 12.5.5).
func vary(c *gin.Context, names ...string) {
	for _, name := range names {
		if before := c.Writer.Header().Values("Vary"); !slices.Contains(before, name) {
			c.Writer.Header().Add("Vary", name)
		}
	}
}

// quality is the weight that an Accept header gives to an offer: that of its most exact range.
func quality(accept, offer string) float64 {
	family, _, _ := strings.Cut(offer, "/")
	exactness := map[string]int{"*/*": 1, family + "/*": 2, offer: 3}
	best, weight := 0, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil || exactness[name] <= best {
			continue
		}
		best, weight = exactness[name], 1
		if text, ok := parameters["q"]; ok {
			weight = parseWeight(text)
		}
	}
	return weight
}

// parseWeight reads a weight between 0 and 1; one that cannot be read is 0: not wanted.
func parseWeight(text string) float64 {
	weight, err := strconv.ParseFloat(text, 64)
	if err != nil || !(weight >= 0 && weight <= 1) {
		return 0
	}
	return weight
}

// bodyType is the media type of the body, one of those allowed.
func bodyType(c *gin.Context, allowed ...string) (string, error) {
	if coding := header(c, "Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return "", refuse(kindUnsupportedMediaType, "a body that is packed (Content-Encoding) is not read here")
	}
	name, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err == nil {
		for _, a := range allowed {
			if name == a {
				return name, nil
			}
		}
	}
	return "", refuse(kindUnsupportedMediaType, "Content-Type must be %s", strings.Join(allowed, " or "))
}

// reply answers with a value as JSON, or as a format that is written in JSON.
func reply(c *gin.Context, status int, mediaType string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if status == http.StatusOK {
		return give(c, mediaType, text)
	}
	c.Data(status, mediaType, text)
	return nil
}

// ok answers 200 with a value as JSON.
func ok(c *gin.Context, value any) error { return reply(c, http.StatusOK, jsonType, value) }

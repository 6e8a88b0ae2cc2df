package api

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"vigie/inventory"
)

const countsPath = "/api/v1/counts/cameras"

// Counts is how many cameras there are, by what they have in common.
type Counts struct {
	// By is what the cameras are counted by.
	By []string `json:"by" example:"department,holderKind"`
	// Total is the sum of all groups.
	Total int `json:"total" example:"1204"`
	// Groups are in the order of their values; none is empty.
	Groups []CountGroup `json:"groups"`
}

// CountGroup is how many cameras share some values.
type CountGroup struct {
	// Values are by the names in By; one that is unknown is absent.
	Values map[string]string `json:"values" example:"department:34,holderKind:local_authority"`
	Count  int               `json:"count" example:"97"`
}

// countRoutes serves counts. They are beside the cameras and not under them, where every name may be an identifier.
func (s *server) countRoutes(to routes) { to.get(countsPath, toRead("cameras"), s.countCameras) }

// @Summary     Count cameras
// @Description By one or more of holderKind, holder, deployment, category, status, commune, department, import: the
// @Description cameras that the filters keep, which are those of the list. A value that is unknown is absent.
// @Tags        cameras
// @Produce     json
// @Param       by query string true "What to count by" example(department,holderKind)
// @Param       bbox query string false "minLon,minLat,maxLon,maxLat in degrees (WGS 84), borders included" example(3.8,43.6,3.9,43.7)
// @Param       holder query string false "Identifiers of holders" example(mairie)
// @Param       deployment query string false "Identifiers of deployments" example(voie-publique)
// @Param       category query string false "Categories" example(fixed)
// @Param       status query string false "States" example(in_service,installed)
// @Param       commune query string false "INSEE codes of communes" example(34172)
// @Param       department query string false "INSEE codes of départements" example(34)
// @Param       import query string false "Identifiers of imports" example(0193a5d2-7c3f-7a51-9f0e-3f1c2b4d5e6f)
// @Param       updatedFrom query string false "Changed at this moment (RFC 3339) or day, or later" example(2026-01-01)
// @Param       updatedBefore query string false "Changed before this moment or day" example(2027-01-01)
// @Success     200 {object} Counts
// @Failure     400,406,503 {object} Problem
// @Router      /api/v1/counts/cameras [get]
func (s *server) countCameras(c *gin.Context) error {
	if _, err := negotiate(c, jsonType); err != nil {
		return err
	}
	p := readParams(c)
	q, by := s.cameras().filters.query(p), countBy(p)
	if err := p.done(); err != nil {
		return err
	}
	leave, err := s.wide.enter(c.Request.Context(), q)
	if err != nil {
		return err
	}
	defer leave()
	groups, err := inventory.CountCameras(c.Request.Context(), s.config.Store, q, by...)
	if err != nil {
		return err
	}
	return ok(c, newCounts(by, groups))
}

// countBy takes what to count by.
func countBy(p *params) (by []inventory.Attr) {
	p.required("by")
	if p.values.Get("by") == "" {
		return nil
	}
	offered := countedBy()
	for _, name := range strings.Split(p.values.Get("by"), ",") {
		switch attr := inventory.Attr(name); {
		case !slices.Contains(offered, attr):
			p.fault("by", "%q is not one of %s", name, strings.Trim(fmt.Sprint(offered), "[]"))
		case slices.Contains(by, attr):
			p.fault("by", "%q is given twice", name)
		default:
			by = append(by, attr)
		}
	}
	return by
}

func countedBy() []inventory.Attr {
	all := []inventory.Attr{inventory.AttrHolderKind}
	for _, attr := range inventory.Attrs() {
		if attr != inventory.AttrUpdated {
			all = append(all, attr)
		}
	}
	return all
}

func newCounts(by []inventory.Attr, groups []inventory.Group) Counts {
	counts := Counts{By: []string{}, Groups: make([]CountGroup, len(groups))}
	for _, attr := range by {
		counts.By = append(counts.By, string(attr))
	}
	for i, group := range groups {
		counts.Total += group.Count
		counts.Groups[i] = CountGroup{Values: map[string]string{}, Count: group.Count}
		for rank, value := range group.Values {
			if value != "" {
				counts.Groups[i].Values[string(by[rank])] = value
			}
		}
	}
	return counts
}

//go:build !geos

package main

import "errors"

func newGEOS() (engine, error) {
	return nil, errors.New("built without GEOS: it takes the tag geos, cgo and the headers of GEOS")
}

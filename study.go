package main

import (
	"encoding/json"
	"io"
	"path/filepath"

	"vigie/advisory/report"
	"vigie/inventory"
)

// writeStudy writes the four files of an assessment into a folder and gives their names.
func writeStudy(folder string, assessment inventory.Assessment, under report.Backdrop) ([]string, error) {
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"assessment.json", func(out io.Writer) error { return json.NewEncoder(out).Encode(timeless(assessment)) }},
		{"coverage.geojson", func(out io.Writer) error { return report.CoverageGeoJSON(out, assessment) }},
		{"gaps.geojson", func(out io.Writer) error { return report.GapsGeoJSON(out, assessment) }},
		{"map.svg", func(out io.Writer) error { return report.Map(out, assessment, under) }},
	}
	var written []string
	for _, file := range files {
		path := filepath.Join(folder, file.name)
		if err := writeFile(path, file.write); err != nil {
			return written, err
		}
		written = append(written, path)
	}
	return written, nil
}

// timeless leaves out when and whence, so that the same study gives the same bytes.
func timeless(assessment inventory.Assessment) inventory.Assessment {
	assessment.Provenance = inventory.Provenance{}
	return assessment
}

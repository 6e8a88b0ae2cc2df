package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"vigie/inventory"
)

// importRecords reads a JSON array of holders or deployments and stores the valid ones together. Text that is no JSON
// array is refused as a whole; a record with faults is left out and reported.
func importRecords[T inventory.Record](
	ctx context.Context, shelf inventory.Shelf[T], source input, options inventory.ImportOptions,
) (inventory.ImportReport, error) {
	report := inventory.ImportReport{
		Import: inventory.NewID(), Source: options.Source, Kind: options.Kind, Format: "json", DryRun: options.DryRun,
		Rejected: []inventory.RowFault{}, Assumed: []inventory.ImportNote{},
	}
	var rows []json.RawMessage
	if err := json.NewDecoder(source).Decode(&rows); err != nil {
		return report, refused("%s: a JSON array of %s is needed: %w", source.name, options.Kind, err)
	}
	records, rejected := decodeRecords[T](rows)
	report.Read, report.RejectedRows = len(rows), len(rows)-len(records)
	report.Rejected = append(report.Rejected, rejected...)
	for _, record := range records {
		if err := compareRecord(ctx, shelf, record, &report); err != nil {
			return report, err
		}
	}
	if options.DryRun {
		return report, nil
	}
	return report, shelf.Put(ctx, records...)
}

func decodeRecords[T inventory.Record](rows []json.RawMessage) (records []T, rejected []inventory.RowFault) {
	firstRow := map[inventory.ID]int{}
	for i, row := range rows {
		record, err := decodeRecord[T](row)
		if first, again := firstRow[record.Key()]; err == nil && again {
			err = fmt.Errorf("has the id of row %d", first)
		}
		if err != nil {
			rejected = append(rejected, rowFaults(i+1, record.Key(), err)...)
			continue
		}
		firstRow[record.Key()] = i + 1
		records = append(records, record)
	}
	return records, rejected
}

// decodeRecord refuses a property that no field holds: a misspelt one would be lost without a word.
func decodeRecord[T inventory.Record](row json.RawMessage) (T, error) {
	var record T
	decoder := json.NewDecoder(bytes.NewReader(row))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil {
		return record, err
	}
	return record, record.Validate()
}

// rowFaults gives one fault per field that is wrong.
func rowFaults(row int, key inventory.ID, err error) []inventory.RowFault {
	var invalid *inventory.InvalidError
	if !errors.As(err, &invalid) {
		return []inventory.RowFault{{Line: row, Key: string(key), Reason: err.Error()}}
	}
	faults := make([]inventory.RowFault, len(invalid.Faults))
	for i, fault := range invalid.Faults {
		faults[i] = inventory.RowFault{Line: row, Key: string(key), Field: fault.Field, Reason: fault.Reason}
	}
	return faults
}

// compareRecord counts a record as added, updated or unchanged.
func compareRecord[T inventory.Record](
	ctx context.Context, shelf inventory.Shelf[T], record T, report *inventory.ImportReport,
) error {
	stored, err := shelf.Get(ctx, record.Key())
	switch {
	case errors.Is(err, inventory.ErrNotFound):
		report.Added++
	case err != nil:
		return err
	case inventory.Tag(stored) == inventory.Tag(record):
		report.Unchanged++
	default:
		report.Updated++
	}
	return nil
}

// exportRecords writes the records that the query matches as a JSON array, one record a line.
func exportRecords[T inventory.Record](
	ctx context.Context, shelf inventory.Shelf[T], out io.Writer, query inventory.Query,
) error {
	separator := "[\n"
	for record, err := range shelf.Find(ctx, query) {
		if err != nil {
			return err
		}
		text, err := json.Marshal(record)
		if err != nil {
			return fmt.Errorf("export %s: %w", record.Key(), err)
		}
		if _, err := fmt.Fprintf(out, "%s%s", separator, text); err != nil {
			return err
		}
		separator = ",\n"
	}
	if separator == "[\n" {
		_, err := io.WriteString(out, "[]\n")
		return err
	}
	_, err := io.WriteString(out, "\n]\n")
	return err
}

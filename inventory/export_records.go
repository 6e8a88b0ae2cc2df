package inventory

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// ExportRecords writes the records that the query matches as a JSON array, one record a line, in the order of their keys: the
// form of kinds whose records have no row of a table, as holders and deployments.
func ExportRecords[T Record](ctx context.Context, shelf Shelf[T], out io.Writer, query Query) error {
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

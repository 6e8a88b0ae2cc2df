package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"vigie/inventory"
)

// PlanSpecification writes the technical specification of a call for tenders as Markdown, in French, then in English. It
// names no brand.
func PlanSpecification(out io.Writer, r inventory.Recommendation) error {
	var text bytes.Buffer
	specificationIn(&text, r, "Cahier des clauses techniques : "+planTitle(r),
		"Rédigé par Vigie d’après une préconisation ; à relire et à compléter par l’acheteur.", func(t inventory.Text) string { return t.FR })
	specificationIn(&text, r, "Technical specification: "+planTitle(r),
		"Written by Vigie from a recommendation; to be read over and completed by the buyer.", func(t inventory.Text) string { return t.EN })
	fmt.Fprintf(&text, "---\n\n%s\n", planEdition(r.Result))
	if _, err := out.Write(text.Bytes()); err != nil {
		return fmt.Errorf("write specification: %w", err)
	}
	return nil
}

func specificationIn(out *bytes.Buffer, r inventory.Recommendation, title, lead string, of func(inventory.Text) string) {
	fmt.Fprintf(out, "# %s\n\n%s\n\n", title, lead)
	for i, section := range r.Result.Specification {
		fmt.Fprintf(out, "## %d. %s\n\n", i+1, of(section.Title))
		for _, item := range section.Items {
			fmt.Fprintf(out, "- %s\n", strings.ReplaceAll(of(item), "\n", "\n  "))
		}
		fmt.Fprintln(out)
	}
}

package api

import (
	"bytes"
	"embed"
	"html/template"
	"slices"

	"github.com/gin-gonic/gin"
)

// The pages of the OGC API for people, in the folder pages.
const (
	landingPage     = "landing.html"
	conformancePage = "conformance.html"
	collectionsPage = "collections.html"
	collectionPage  = "collection.html"
	itemsPage       = "items.html"
	itemPage        = "item.html"
)

//go:embed pages/*.html
var pages embed.FS

// itemsView is a page of features of a collection.
type itemsView struct {
	Collection collection
	Items      Items
}

// Title is that of the collection.
func (v itemsView) Title() string { return v.Collection.title }

// Columns are the properties that some feature of the page has, in the order of their names.
func (v itemsView) Columns() []string {
	var names []string
	for _, f := range v.Items.Features {
		for name := range f.Properties {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// showPage answers with a page. Whatever comes from a record is escaped by the template.
func showPage(c *gin.Context, name string, of any) error {
	page, err := template.New(name).Funcs(template.FuncMap{
		"text": func(raw []byte) string { return string(raw) },
	}).ParseFS(pages, "pages/frame.html", "pages/"+name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "frame.html", of); err != nil {
		return err
	}
	tellBoth(c)
	return give(c, htmlType+"; charset=utf-8", out.Bytes())
}

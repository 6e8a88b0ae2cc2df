package api

import (
	"bytes"
	"embed"
	"encoding/json"
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
	// Rows are the properties of each of its features.
	Rows []map[string]json.RawMessage
}

// showItems answers with a page of features.
func showItems(c *gin.Context, of collection, found Items) error {
	view := itemsView{Collection: of, Items: found}
	for _, f := range found.Features {
		row, err := f.Properties.members()
		if err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	return showPage(c, itemsPage, view)
}

// itemView is one feature, and its properties.
type itemView struct {
	OneFeature

	Row map[string]json.RawMessage
}

// showItem answers with one feature.
func showItem(c *gin.Context, found OneFeature) error {
	row, err := found.Properties.members()
	if err != nil {
		return err
	}
	return showPage(c, itemPage, itemView{found, row})
}

// Title is that of the collection.
func (v itemsView) Title() string { return v.Collection.title }

// Columns are the properties that some feature of the page has, in the order of their names.
func (v itemsView) Columns() []string {
	var names []string
	for _, row := range v.Rows {
		for name := range row {
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

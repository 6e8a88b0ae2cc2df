package api_test

import (
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the pages of docs/problems anew")

// TestProblemPages: the type of each problem leads to its page, in both languages and each format, and docs/problems holds the same.
func TestProblemPages(t *testing.T) {
	t.Parallel()
	base := serve(t, config(t, openSQLite(t)))
	folder := filepath.Join("..", "docs", "problems")
	kinds := declaredKinds(t)
	_, list := request(t, "GET", base+"/problems", nil, "")
	if n := strings.Count(list, `"type":"/problems/`); n != len(kinds) {
		t.Errorf("%d pages are listed, of %d kinds", n, len(kinds))
	}
	for _, kind := range kinds {
		url := "/problems/" + kind
		page := ""
		for _, language := range []string{"fr", "en"} {
			markdown := map[string]string{"Accept": "text/markdown", "Accept-Language": language}
			answer, text := request(t, "GET", base+url, markdown, "")
			if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Language") != language || !strings.Contains(text, "`"+url+"` · ") {
				t.Errorf("%s in %s: %d %s", url, language, answer.StatusCode, text)
			}
			if !slices.Contains(answer.Header.Values("Vary"), "Accept-Language") {
				t.Errorf("%s: %v", url, answer.Header)
			}
			page += text + "\n"
			title := strings.TrimPrefix(strings.SplitN(text, "\n", 2)[0], "# ")
			scenario{method: "GET", url: url, headers: with(markdown, "Accept", "text/html"), status: 200, has: []string{`<html lang="` + language + `">`, "<h1>"}, hasNot: []string{"`"}}.run(t, base)
			scenario{method: "GET", url: url, headers: with(markdown, "Accept", "*/*"), status: 200, has: []string{`"title":"` + title + `"`, `"type":"` + url + `"`}}.run(t, base)
			if !strings.Contains(list, title) && language == "en" {
				t.Errorf("%s is not listed as %q", url, title)
			}
		}
		file := filepath.Join(folder, kind+".md")
		page = strings.TrimSuffix(page, "\n")
		if *update {
			if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if kept, err := os.ReadFile(file); err != nil || string(kept) != page {
			t.Errorf("%s is not the page of %s (%v): go test ./api -run TestProblemPages -update", file, url, err)
		}
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != len(kinds) {
		t.Errorf("docs/problems has %d files of %d kinds (%v)", len(files), len(kinds), err)
	}
	scenario{method: "GET", url: "/problems/none", status: 404}.run(t, base)
	scenario{method: "GET", url: "/problems/stale", headers: map[string]string{"Accept": "image/png"}, status: 406}.run(t, base)
}

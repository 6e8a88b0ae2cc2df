package api

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"regexp"

	"github.com/gin-gonic/gin"
)

// problemsPath is where the types of problems are, and the pages about them: a type is the address of its page.
const problemsPath = "/problems"

// ProblemPage tells a kind of problem to people.
type ProblemPage struct {
	// Type is the address of the page, and what problems have as type.
	Type   string `json:"type" example:"/problems/stale"`
	Title  string `json:"title" example:"The record is not in the state you expect"`
	Status int    `json:"status" example:"412"`
	// Meaning and Remedy are Markdown.
	Meaning string `json:"meaning" example:"The record changed since you read it."`
	Remedy  string `json:"remedy" example:"Read the record again."`
}

// ProblemPages are all kinds of problems, in the order of their statuses.
type ProblemPages struct {
	Items []ProblemPage `json:"items"`
}

var errNoProblem = &refusal{kind: kindNotFound, detail: "there is no problem of this type; they are listed at " + problemsPath}

func (s *server) problemRoutes(r routes) {
	r.get(problemsPath, public(), listProblems)
	r.get(problemsPath+"/:kind", public(), showProblem)
}

// problemPage is the page of a kind in a language.
func problemPage(k kind, words explanations, in language) ProblemPage {
	status, title, titre := k.meaning()
	page := ProblemPage{Type: problemsPath + "/" + string(k), Title: title, Status: status}
	said := words.English
	if in == french {
		page.Title, said = titre, words.French
	}
	page.Meaning, page.Remedy = said.Meaning, said.Remedy
	return page
}

// listProblems lists the kinds of problems.
//
//	@Summary		List the kinds of problems
//	@Description	What a refusal (RFC 9457) may have as type, in English or, with Accept-Language, in French.
//	@Tags			service
//	@Produce		json,html
//	@Param			Accept-Language	header		string	false	"fr for French"	example(fr)
//	@Success		200				{object}	ProblemPages
//	@Header			200				{string}	Content-Language	"fr or en"
//	@Header			200				{string}	ETag				"Strong tag of the answer"
//	@Success		304				"Not changed"
//	@Failure		400,406,429		{object}	Problem
//	@Router			/problems [get]
func listProblems(c *gin.Context) error {
	mediaType, in, err := asPage(c, jsonType, htmlType)
	if err != nil {
		return err
	}
	pages := ProblemPages{}
	for _, p := range problemPages {
		pages.Items = append(pages.Items, problemPage(p.kind, p.words, in))
	}
	if mediaType == htmlType {
		return showWords(c, "problems.html", wordsView{Language: in, Page: pages})
	}
	return ok(c, pages)
}

// showProblem tells one kind of problem.
//
//	@Summary		Read about a kind of problem
//	@Description	The page that the type of a problem leads to: what it means and what to do, in English or, with Accept-Language, in French.
//	@Tags			service
//	@Produce		json,html,text/markdown
//	@Param			kind			path		string	true	"Last part of the type"	example(stale)
//	@Param			Accept-Language	header		string	false	"fr for French"			example(fr)
//	@Success		200				{object}	ProblemPage
//	@Header			200				{string}	Content-Language	"fr or en"
//	@Header			200				{string}	ETag				"Strong tag of the answer"
//	@Success		304				"Not changed"
//	@Failure		400,404,406,429	{object}	Problem
//	@Router			/problems/{kind} [get]
func showProblem(c *gin.Context) error {
	mediaType, in, err := asPage(c, jsonType, htmlType, markdownType)
	if err != nil {
		return err
	}
	for _, p := range problemPages {
		if string(p.kind) != c.Param("kind") {
			continue
		}
		page := problemPage(p.kind, p.words, in)
		switch mediaType {
		case htmlType:
			return showWords(c, "problem.html", wordsView{Language: in, Page: page})
		case markdownType:
			return give(c, markdownType+"; charset=utf-8", page.markdown(in))
		}
		return ok(c, page)
	}
	return errNoProblem
}

// asPage chooses the format and the language of a page without parameters.
func asPage(c *gin.Context, offers ...string) (mediaType string, in language, err error) {
	if mediaType, err = negotiate(c, offers...); err != nil {
		return "", "", err
	}
	if err := noParams(c); err != nil {
		return "", "", err
	}
	in = languageOf(c, english)
	c.Header("Content-Language", string(in))
	return mediaType, in, nil
}

// markdown is the page as a text.
func (p ProblemPage) markdown(in language) []byte {
	meaning, remedy := "What it means", "What to do"
	if in == french {
		meaning, remedy = "Ce que cela veut dire", "Que faire"
	}
	return fmt.Appendf(nil, "# %s\n\n`%s` · %d %s\n\n## %s\n\n%s\n\n## %s\n\n%s\n",
		p.Title, p.Type, p.Status, http.StatusText(p.Status), meaning, p.Meaning, remedy, p.Remedy)
}

// wordsView is a page of words.
type wordsView struct {
	Language language
	Page     any
}

// In tells whether the page is in a language.
func (v wordsView) In(name string) bool { return string(v.Language) == name }

var codeInWords = regexp.MustCompile("`([^`]*)`")

// codes is Markdown with code in it, and nothing else, as HTML.
func codes(text string) template.HTML {
	escaped := template.HTMLEscapeString(text)
	return template.HTML(codeInWords.ReplaceAllString(escaped, "<code>$1</code>")) //nolint:gosec // escaped above
}

// showWords answers with a page of words.
func showWords(c *gin.Context, name string, view wordsView) error {
	page, err := template.New(name).Funcs(template.FuncMap{"codes": codes}).ParseFS(pages, "pages/"+name)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, name, view); err != nil {
		return err
	}
	return give(c, htmlType+"; charset=utf-8", out.Bytes())
}

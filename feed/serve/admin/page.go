package admin

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"dateline/feed/clean"
	"dateline/store"
)

//go:embed templates/*.html
var files embed.FS

//go:embed status.css
var style []byte

// The templates are part of the program: a test renders each of them.
func templates(now time.Time) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"ago":     func(t time.Time) string { return ago(now, t) },
		"stamp":   func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05 UTC") },
		"machine": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"size":    func(n any) string { return size(reflect.ValueOf(n).Convert(reflect.TypeFor[int64]()).Int()) },
		"number":  number, "count": count, "percent": percent, "lines": lines,
		"class": func(s State) string { return strings.ReplaceAll(string(s), " ", "-") },
	}).ParseFS(files, "templates/*.html"))
}

// frame is what stands around the main part of every page here.
type frame struct {
	Title, Site, Home string
	Styles            []string
	Main              any
}

// write answers with a page, made by the template of that name.
func (s *Server) write(w http.ResponseWriter, r *http.Request, status int, name, title string, main any) {
	c := s.InForce()
	f := frame{Title: title, Site: c.Site.Title, Home: c.Site.PageURL(""), Main: main}
	for _, a := range assets() {
		f.Styles = append(f.Styles, a.Path)
	}
	var b, whole bytes.Buffer
	t := templates(s.Now())
	err := t.ExecuteTemplate(&b, name, main)
	if err == nil {
		f.Main = template.HTML(b.String()) // of a template
		err = t.ExecuteTemplate(&whole, "frame.html", f)
	}
	if err != nil {
		s.Log.ErrorContext(r.Context(), "a page of the admin listener cannot be written: this is a bug", "page", name, "error", err)
		http.Error(w, "This page cannot be written. The log says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(bytes.Map(visible, whole.Bytes()))
}

// visible drops characters that cannot be seen and change what is: controls, and
// those of direction, with which a stranger could turn a line about.
func visible(r rune) rune {
	if r != '\n' && unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Bidi_Control, r) {
		return -1
	}
	return r
}

const (
	sourcesPerPage = 50
	feedsPerPage   = 25
)

// view is what the status page shows.
type view struct {
	Status
	Chosen        []Source // of these, the page that is shown
	Found         int      // sources that match
	Filters       []filter
	State, Text   string
	Older, Newer  string // addresses of other pages of sources
	MoreF, LessF  string // and of feeds
	FeedsFrom, Of int
}

// filter is a choice of sources.
type filter struct {
	Name, Href string
	Count      int
	Current    bool
}

// showStatus answers with the page. Query parameters choose of which sources:
// state, q (text in name, title, address or error), and page; feeds is the page
// of the feeds.
func (s *Server) showStatus(w http.ResponseWriter, r *http.Request) {
	c, q := s.InForce(), r.URL.Query()
	v := view{Status: s.status(r.Context(), c), State: q.Get("state"), Text: strings.TrimSpace(q.Get("q"))}
	v.filters()
	var chosen []Source
	for _, source := range v.Sources {
		if v.matches(source) {
			chosen = append(chosen, source)
		}
	}
	page, feeds := pageOf(q.Get("page")), pageOf(q.Get("feeds"))
	v.Found = len(chosen)
	v.Chosen, v.Newer, v.Older = part(chosen, sourcesPerPage, page, func(n int) string { return v.href(v.State, n, feeds) + "#sources" })
	v.Of = len(v.Feeds)
	v.Feeds, v.LessF, v.MoreF = part(v.Feeds, feedsPerPage, feeds, func(n int) string { return v.href(v.State, page, n) + "#feeds" })
	for i := range v.Feeds {
		if err := s.describe(r.Context(), c, &v.Feeds[i]); err != nil {
			v.Feeds[i].Name = cmp.Or(v.Feeds[i].Path, "/") + ": " + err.Error()
		}
	}
	s.write(w, r, http.StatusOK, "status.html", "Status", v)
}

func (v *view) filters() {
	needy := 0
	for _, s := range v.Sources {
		if s.Needs {
			needy++
		}
	}
	add := func(name, state string, n int) {
		if n > 0 || state == v.State || state == "" {
			v.Filters = append(v.Filters, filter{name, v.href(state, 1, 1) + "#sources", n, state == v.State})
		}
	}
	add("all", "", len(v.Sources))
	add("need you", "need", needy)
	for _, state := range States() {
		add(string(state), string(state), v.Counts[state])
	}
}

func (v *view) href(state string, page, feeds int) string {
	q := url.Values{}
	for name, value := range map[string]string{"state": state, "q": v.Text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, n := range map[string]int{"page": page, "feeds": feeds} {
		if n > 1 {
			q.Set(name, strconv.Itoa(n))
		}
	}
	if len(q) == 0 {
		return "/status"
	}
	return "/status?" + q.Encode()
}

func (v *view) matches(s Source) bool {
	if v.State == "need" && !s.Needs || v.State != "" && v.State != "need" && v.State != string(s.State) {
		return false
	}
	return strings.Contains(strings.ToLower(s.Name+"\n"+s.Title+"\n"+s.URL+"\n"+s.Error), strings.ToLower(v.Text))
}

func pageOf(text string) int {
	n, _ := strconv.Atoi(text)
	return max(n, 1)
}

// part is the nth page of a list, and where those before and after it are.
func part[T any](list []T, size, n int, href func(int) string) (page []T, before, after string) {
	n = min(n, max(1, (len(list)+size-1)/size))
	page = list[(n-1)*size : min(n*size, len(list))]
	if n > 1 {
		before = href(n - 1)
	}
	if n*size < len(list) {
		after = href(n + 1)
	}
	return page, before, after
}

// tellStatus answers with the same for programs, of all sources and feeds.
func (s *Server) tellStatus(w http.ResponseWriter, r *http.Request) {
	c := s.InForce()
	v := s.status(r.Context(), c)
	for i := range v.Feeds {
		if err := s.describe(r.Context(), c, &v.Feeds[i]); err != nil {
			s.Log.WarnContext(r.Context(), "a feed cannot be described", "feed", v.Feeds[i].Path, "error", err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	e.Encode(v) // a failure means that the client went away
}

// showFeed answers with all that is known of who polls the feed at ?path=.
func (s *Server) showFeed(w http.ResponseWriter, r *http.Request) {
	c, path := s.InForce(), strings.TrimSuffix(r.URL.Query().Get("path"), "/")
	paths, err := c.Publisher.Paths(r.Context())
	if err == nil && !slices.Contains(paths, path) {
		s.say(w, r, http.StatusNotFound, "No such feed", "There is no feed at "+path+".")
		return
	}
	f := Feed{Path: path, URL: c.Site.PageURL(path), Polls: s.Traffic.Of(path, s.Now())}
	if err == nil {
		err = s.describe(r.Context(), c, &f)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, r, http.StatusOK, "feed.html", f.Name, f)
}

// history is an article and what was done to it.
type history struct {
	Article store.Article
	URL     string
	Lines   []store.Change
}

// showLog answers with what was done to the article whose id, or address, is in
// ?id=.
func (s *Server) showLog(w http.ResponseWriter, r *http.Request) {
	c, text := s.InForce(), strings.TrimSpace(r.URL.Query().Get("id"))
	id, ok := articleOf(text)
	if !ok {
		s.say(w, r, http.StatusBadRequest, "No article", "Give the id of an article, or the address of its page, such as "+c.Site.At("/article/01J…")+".")
		return
	}
	a, err := s.Store.Article(r.Context(), id)
	if errors.Is(err, store.ErrExpunged) {
		s.say(w, r, http.StatusGone, "An article that went", "Article "+string(id)+" was kept for as long as the retention says, and its log went with it.")
		return
	} else if errors.Is(err, store.ErrNotFound) {
		s.say(w, r, http.StatusNotFound, "No article", "There is no article "+string(id)+".")
		return
	}
	lines, err2 := s.Store.Log(r.Context(), id)
	if err = errors.Join(err, err2); err != nil {
		s.fail(w, r, err)
		return
	}
	s.write(w, r, http.StatusOK, "article.html", cmp.Or(a.Headline, string(id)), history{a, c.Site.ArticleURL(a), lines})
}

// articleOf is the id in a text that is one, or the address of an article.
func articleOf(text string) (store.ID, bool) {
	if _, rest, found := strings.Cut(text, "/article/"); found {
		text, _, _ = strings.Cut(rest, "/")
	}
	return store.ParseID(text)
}

// act polls the source that the form names.
func (s *Server) act(release bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		// Reading the pages of many articles takes longer than other answers.
		http.NewResponseController(w).SetWriteDeadline(time.Time{})
		name := r.PostFormValue("source")
		said, err := s.InForce().Sources.Act(r.Context(), name, release)
		verb := map[bool]string{false: "Fetched", true: "Released"}[release]
		switch {
		case errors.Is(err, store.ErrNotFound):
			s.say(w, r, http.StatusNotFound, "No such source", "The configuration in force has no source of the name "+strconv.Quote(name)+".")
		case errors.Is(err, store.ErrConflict):
			s.say(w, r, http.StatusConflict, "It is being polled", "Another poll of "+name+" is going on. Look again in a minute.")
		case err != nil:
			s.fail(w, r, err)
		default:
			s.Log.InfoContext(r.Context(), "a source was polled from the status page", "source", name, "release", release)
			s.say(w, r, http.StatusOK, verb+" "+name, clean.Line(said))
		}
	}
}

// say answers with a page of one paragraph.
func (s *Server) say(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.write(w, r, status, "said.html", title, struct{ Title, Text string }{title, text})
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.ErrorContext(r.Context(), "a request to the admin listener failed", "path", r.URL.Path, "error", err)
	s.say(w, r, http.StatusInternalServerError, "That failed", fmt.Sprint(err))
}

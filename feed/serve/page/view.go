package page

import (
	"cmp"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"path"
	"slices"
	"strings"

	"dateline/feed"
	"dateline/feed/clean"
	"dateline/feed/render"
	"dateline/store"
)

// summaryLength is how much of an article a list shows, in characters.
const summaryLength = 280

// link is a category where the page of it can be opened.
type link struct{ Title, Href string }

// teaser is an article in a list.
type teaser struct {
	language
	Headline, Href string
	Category       *link // nil where the page says it anyway, or where there is none to open
	Place          string
	Published      moment
	Corrected      bool
	Source         *link // where it was gathered; nil for one of ours
	Summary        string
}

func (p *Pages) teaser(a store.Article) teaser {
	t := teaser{
		language: p.languageOf(a),
		Headline: a.Headline, Href: p.site.ArticleURL(a),
		Place: a.Dateline.Place, Published: moment{a.Published}, Corrected: a.CorrectionNote != "",
		Summary: summary(a),
	}
	if o := a.Origin; o.Source != "" {
		t.Source = &link{cmp.Or(o.FeedTitle, o.Source), p.site.PageURL(feed.SourcePath(o.Source))}
	}
	return t
}

func (p *Pages) teasers(list []store.Article) []teaser {
	teasers := make([]teaser, len(list))
	for i, a := range list {
		teasers[i] = p.teaser(a)
	}
	return teasers
}

// summary is what the article says in short: its summary, or else how its body
// begins.
func summary(a store.Article) string {
	if a.Summary != "" {
		return clean.Excerpt(a.Summary, summaryLength)
	}
	return clean.Excerpt(clean.Plain(a.Body), summaryLength)
}

type frontView struct {
	Title    string
	Newest   []teaser
	Sections []sectionView
	Others   []sectionView
	Feeds    []address
	OPML     string
}

type sectionView struct {
	link
	Description string
	Count       string
	Newest      []teaser
	Feeds       []address
}

func (p *Pages) frontView(d Front) frontView {
	v := frontView{Title: p.site.Title, Newest: p.teasers(d.Newest), Feeds: p.addresses("", p.site.Title), OPML: p.site.At(outline)}
	for i, a := range d.Newest {
		if c, ok := p.primary(a); ok {
			v.Newest[i].Category = &link{c.Title, p.categoryURL(c)}
		}
	}
	for _, s := range d.Categories {
		v.Sections = append(v.Sections, sectionView{
			link:        link{s.Category.Title, p.categoryURL(s.Category)},
			Description: s.Category.Description, Count: articles(s.Count),
			Newest: p.teasers(s.Newest), Feeds: p.addressesOf(s.Category),
		})
	}
	for _, f := range d.Others {
		v.Others = append(v.Others, sectionView{
			link:        link{f.Name, p.site.PageURL(f.Path)},
			Description: f.Description, Feeds: p.addresses(f.Path, f.Name),
		})
	}
	return v
}

type listingView struct {
	Name, Title, Description string
	Heading                  string
	Any                      bool // whether the listing holds articles at all
	Articles                 []teaser
	Older, Newer             string
	Feeds                    []address
}

func (p *Pages) listingView(d Listing) listingView {
	f := d.Feed
	v := listingView{
		Name: f.Name, Title: f.Name, Description: f.Description,
		Heading: articles(d.Count), Any: d.Count > 0 || len(d.Articles) > 0,
		Articles: p.teasers(d.Articles), Feeds: p.addresses(f.Path, f.Name),
	}
	if d.Count == 0 && v.Any {
		v.Heading = "Newest articles"
	}
	if f.Number > 0 {
		v.Title = fmt.Sprintf("%s, archive %d", f.Name, f.Number)
		v.Heading = articles(len(d.Articles))
		v.Newer = p.site.PageURL(f.Path)
		if f.NewerArchive > 0 {
			v.Newer = p.site.PageURL(feed.ArchivePath(f.Path, f.NewerArchive))
		}
	}
	if f.OlderArchive > 0 {
		v.Older = p.site.PageURL(feed.ArchivePath(f.Path, f.OlderArchive))
	}
	return v
}

type articleView struct {
	language
	Headline, URL      string
	Summary            string
	Byline             []author
	Published, Updated moment
	Revised            bool // whether Updated is to be shown beside Published
	Content            template.HTML
	Corrected          bool // whether Content begins with a correction note,
	Credited           bool // and ends with a credit
	Lead               *picture
	Pictures           []picture
	Files              []file
	Categories         []link
	Tags               []string
	Related            []related
	Origins            []origin
	Rights             string
	Primary            *subscription
}

// related is a page that belongs with an article. When is nil for one that is
// not ours.
type related struct {
	language
	link
	When *moment
}

// origin is a source that an article was gathered from.
type origin struct {
	link        // its page here
	Page string // of the article there; "" when it has none
}

// author is a name of the byline with what divides it from the one before.
type author struct{ Divider, Name, URL string }

// picture is an enclosure that is shown.
type picture struct{ store.Enclosure }

// Sized reports whether both sides are known, so that a browser can keep the
// place free while the picture is loaded.
func (p picture) Sized() bool { return p.Width > 0 && p.Height > 0 }

// file is an enclosure that is offered for download.
type file struct {
	store.Enclosure
	Name string
	Size string // empty when unknown
}

// subscription are the feeds of one category.
type subscription struct {
	Title string
	Feeds []address
}

func (p *Pages) articleView(a store.Article, near []store.Article) articleView {
	content := render.Content(a)
	v := articleView{
		language: p.languageOf(a),
		Headline: a.Headline, URL: p.site.ArticleURL(a), Summary: summary(a),
		Byline:    byline(a.Byline),
		Published: moment{a.Published}, Updated: moment{a.Updated},
		Content:   template.HTML(demote(content)), // sanitised by render.Content
		Corrected: a.CorrectionNote != "", Credited: render.CreditText(a.Credit) != "",
		Tags: a.Tags, Rights: a.Rights, Origins: p.origins(a),
	}
	v.Related = p.related(a, near)
	// Both are shown to the minute: the same minute twice would say nothing.
	v.Revised = v.Updated.After(a.Published) && v.Updated.Text() != v.Published.Text()
	v.addEnclosures(a.Enclosures, content)
	for _, slug := range a.Categories {
		if c, ok := p.bySlug[slug]; ok {
			v.Categories = append(v.Categories, link{c.Title, p.categoryURL(c)})
		}
	}
	if c, ok := p.primary(a); ok {
		v.Primary = &subscription{c.Title, p.addressesOf(c)}
	}
	return v
}

// related is what belongs with the article; see feed.Site.
func (p *Pages) related(a store.Article, near []store.Article) (list []related) {
	for _, r := range p.site.Related(a, near) {
		v := related{link: link{r.Title, r.URL}}
		if i := slices.IndexFunc(near, func(n store.Article) bool { return n.ID == r.ID }); i >= 0 {
			v.language, v.When = p.languageOf(near[i]), &moment{near[i].Published}
		}
		list = append(list, v)
	}
	return list
}

func (p *Pages) origins(a store.Article) (list []origin) {
	for _, o := range append([]store.Origin{a.Origin}, a.AlsoAt...) {
		if o.Source != "" {
			title := cmp.Or(o.FeedTitle, o.Source)
			list = append(list, origin{link{title, p.site.PageURL(feed.SourcePath(o.Source))}, o.Link})
		}
	}
	return list
}

func byline(names []store.Author) []author {
	list := make([]author, len(names))
	for i, n := range names {
		list[i] = author{Divider: ", ", Name: n.Name, URL: n.URL}
		switch {
		case i == 0:
			list[i].Divider = ""
		case i == len(names)-1:
			list[i].Divider = " and "
		}
	}
	return list
}

// addEnclosures divides the enclosures into pictures and files. A picture that
// the text shows already is not shown twice; what is said of it is kept.
func (v *articleView) addEnclosures(list []store.Enclosure, content string) {
	for _, e := range list {
		isPicture := strings.HasPrefix(e.Type, "image/")
		isShown := isPicture && strings.Contains(content, `src="`+html.EscapeString(e.URL)+`"`)
		switch {
		case isShown && e.Caption == "" && e.Credit == "":
		case isPicture && !isShown:
			v.Pictures = append(v.Pictures, picture{e})
		default:
			v.Files = append(v.Files, file{e, fileName(e.URL), size(e.Length)})
		}
	}
	if len(v.Pictures) > 0 {
		v.Lead, v.Pictures = &v.Pictures[0], v.Pictures[1:]
	}
}

// fileName is the last element of the path of a URL, or its host when the path
// has none.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return clean.Line(name)
	}
	return u.Host
}

// demote makes the h1 elements of a text h2: the headline is the only h1 of
// its page. The text is sanitised, so a tag is all that begins with "<".
func demote(content string) string {
	return strings.NewReplacer("<h1>", "<h2>", "<h1 ", "<h2 ", "</h1>", "</h2>").Replace(content)
}

// Picture is the address of the picture that stands for the article elsewhere,
// empty when it has none.
func (v articleView) Picture() string {
	if v.Lead == nil {
		return ""
	}
	return v.Lead.URL
}

// Section is the title of the primary category, empty when it has none.
func (v articleView) Section() string {
	if v.Primary == nil {
		return ""
	}
	return v.Primary.Title
}

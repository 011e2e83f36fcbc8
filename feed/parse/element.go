package parse

import (
	"net/url"
	"strings"
)

// frame is what holds for the element of a start tag and all in it.
func (m *mender) frame(t token) frame {
	f := frame{tag: t.name}
	if top := m.top(); top != nil {
		f.base, f.lang = top.base, top.lang
	}
	for _, a := range t.attrs {
		prefix, isDeclaration := strings.CutPrefix(a.name, "xmlns")
		switch {
		case a.name == "xml:lang":
			f.lang = a.value
		case a.name == "xml:base":
			f.base = m.base(f.base, a.value)
		case isDeclaration && (prefix == "" || prefix[0] == ':'):
			prefix = strings.TrimPrefix(prefix, ":")
			f.hidden = append(f.hidden, binding{prefix, m.bound[prefix]})
			m.bound[prefix] = vocabulary(a.value)
		}
	}
	return f
}

// base is the xml:base that stands within another. One that leads nowhere
// does not count.
func (m *mender) base(within *url.URL, ref string) *url.URL {
	if len(ref) > maxURL {
		return within
	}
	outside := within
	if outside == nil {
		outside = m.feedURL
	}
	u, err := url.Parse(strings.TrimSpace(ref))
	if err == nil && outside != nil {
		u = outside.ResolveReference(u)
	}
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || len(u.String()) > maxURL {
		return within
	}
	return u
}

// rootElement notes what the root element says of the format.
func (m *mender) rootElement(t token) {
	prefix, local := cutName(t.name)
	m.out.name = strings.ToLower(local)
	if m.language == atomXML {
		m.root = m.bound[prefix]
	} else {
		m.root = m.bound[""]
	}
	if m.out.version = t.attr("version"); m.out.version != "" {
		return
	}
	for _, a := range t.attrs {
		if vocabulary(a.value) == m.own {
			m.out.version = a.value
		}
	}
}

// cutName divides the name of a tag into prefix and local name.
func cutName(tag string) (prefix, local string) {
	prefix, local, found := strings.Cut(tag, ":")
	if !found {
		return "", tag
	}
	return prefix, local
}

// element is what the element of that name, as it is written, is to us; the
// zero value when it is nothing.
func (m *mender) element(tag string) element {
	prefix, local := cutName(tag)
	v := m.bound[prefix]
	switch {
	case prefix == "" && v == m.root, m.language == atomXML && v == m.root && v != "":
		v = m.own
	case v != "" && v[0] != '?':
	case prefix == "" && v != "":
		return element{}
	case prefix == "":
		v = m.own
	default: // the prefix alone tells
		v = strings.ToLower(prefix)
	}
	local = strings.ToLower(local)
	switch {
	case m.language == rssXML && (fullText[local] && v == m.own || fullText[v+":"+local]):
		return element{"content:encoded", text}
	case v == m.own, local == "rdf":
		return m.native[local]
	}
	return extensionElements[v+":"+local]
}

// write writes the start tag of the innermost open element, and makes ready
// for what it holds.
func (m *mender) write(t token) {
	f := m.top()
	m.count++
	m.inItem++
	m.out.xml = append(append(m.out.xml, '<'), f.name...)
	if f.holds == text {
		m.prose = m.newProse(t)
		m.settle()
	}
	for _, a := range t.attrs {
		name, ok := attributeNames[strings.ToLower(a.name)]
		if !ok || f.holds == text && (name == "type" || name == "url") {
			continue
		}
		value := strings.TrimSpace(a.value)
		if name == "href" || name == "src" || name == "url" {
			value = m.resolved(f.base, value)
		}
		m.out.xml = append(append(append(m.out.xml, ' '), name...), `="`...)
		m.out.xml = append(appendEscaped(m.out.xml, value), '"')
	}
	m.out.xml = append(m.out.xml, '>')
}

// settle notes language and base of the text that will be the item's content.
func (m *mender) settle() {
	f := m.top()
	isFull := f.name == "content" || f.name == "content:encoded"
	if len(m.stack) < 2 || m.stack[len(m.stack)-2].holds != item || m.settled && !isFull {
		return
	}
	if isFull || f.name == "description" || f.name == "summary" {
		n := &m.out.items[len(m.out.items)-1]
		n.lang, n.base = f.lang, f.base
		m.settled = isFull
	}
}

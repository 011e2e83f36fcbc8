package render

import (
	"strings"
	"time"

	"dateline/feed/clean"
	"dateline/store"
)

// Content is the full text of an article as HTML, the same in every format and
// on its page: the correction note, the body with the dateline at its
// beginning, the credit. The body is sanitised once more, so that a stricter
// rule holds for old articles too. An article without a body shows its
// summary.
func Content(a store.Article) string {
	body := clean.HTML(a.Body, nil)
	if body == "" {
		body = clean.Paragraphs(a.Summary)
	}
	var b strings.Builder
	b.WriteString(correction(a))
	b.WriteString(lead(DatelineText(a.Dateline), body))
	if credit := CreditText(a.Credit); credit != "" {
		b.WriteString("\n<p>" + clean.Escape(credit) + "</p>")
	}
	return b.String()
}

// brief is what a feed of summaries carries in place of the full text. A
// correction is told there too.
func brief(a store.Article) string { return correction(a) + clean.Paragraphs(a.Summary) }

// correction is the note at the top of a corrected article, with the line end
// behind it; empty when there is none.
func correction(a store.Article) string {
	if a.CorrectionNote == "" {
		return ""
	}
	return "<p><strong>Correction:</strong> " + clean.Escape(clean.Line(a.CorrectionNote)) + "</p>\n"
}

// lead puts a text at the beginning of the first paragraph of body, or before
// body when that does not begin with one.
func lead(text, body string) string {
	if text == "" {
		return body
	}
	text = clean.Escape(text)
	if rest, ok := strings.CutPrefix(body, "<p"); ok && rest != "" && (rest[0] == '>' || rest[0] == ' ') {
		if end := strings.IndexByte(rest, '>'); end >= 0 {
			return "<p" + rest[:end+1] + text + " " + rest[end+1:]
		}
	}
	return "<p>" + text + "</p>\n" + body
}

// DatelineText is the dateline as it stands before the first words:
// "Nur-Sultan, Jan 10 (EFE) —". It is empty when the dateline is.
func DatelineText(d store.Dateline) string {
	var parts []string
	if d.Place != "" {
		parts = append(parts, d.Place)
	}
	if day, err := time.Parse(time.DateOnly, d.Date); err == nil {
		parts = append(parts, day.Format("Jan 2"))
	}
	text := strings.Join(parts, ", ")
	if d.Agency != "" {
		text = strings.TrimSpace(text + " (" + d.Agency + ")")
	}
	if text == "" {
		return ""
	}
	return clean.Line(text) + " —"
}

// CreditText is the credit as it stands on the last line:
// "EFE kk-bsi/smq/jt".
func CreditText(c store.Credit) string {
	return clean.Line(c.Agency + " " + c.SignOff)
}

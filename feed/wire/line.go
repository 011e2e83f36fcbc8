package wire

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/feed/clean"
)

// line is one line of copy as it was given.
type line struct {
	number   int    // from 1
	text     string // clean
	raw      string // as it was written, but for its characters
	indented bool
}

// paragraph is lines of copy that belong together.
type paragraph struct {
	line    int    // the number of its first
	text    string // on one line
	raw     string // as it was written, when it has one line only
	literal bool   // a backslash before it said that it is copy, whatever it looks like
	doubt   string // whether its lines belong together
}

// blocksOf divides a text at its blank lines.
func blocksOf(text string) (blocks [][]line) {
	// Blank lines at the beginning count as lines: hence the mark before them.
	lines := strings.Split(clean.Text("|\n"+text), "\n")
	fresh := true
	for number, raw := range lines {
		l := line{number: number, raw: raw, text: clean.Line(raw)}
		switch {
		case number == 0:
			continue
		case l.text == "":
			fresh = true
			continue
		case fresh:
			blocks = append(blocks, nil)
			fresh = false
		}
		l.indented = raw[0] == '\t' || strings.HasPrefix(raw, "  ")
		last := len(blocks) - 1
		blocks[last] = append(blocks[last], l)
	}
	return blocks
}

// divide is a text in paragraphs. They are divided by blank lines; without
// one, each line is a paragraph, but where paragraphs are indented. The lines before the copy, and those below
// it, may stand without blank lines between them.
func (d Desk) divide(text string) (list []paragraph) {
	blocks := blocksOf(text)
	if len(blocks) == 1 && !isMixed(blocks[0]) {
		return eachLine(blocks[0])
	}
	head, plain := true, 0 // plain is the number of paragraphs so far that are known by nothing but their place
	for _, block := range blocks {
		if !head {
			list = append(list, copyBlock(block)...)
			continue
		}
		var p []paragraph
		p, head = d.headBlock(block, &plain)
		list = append(list, p...)
	}
	return list
}

// eachLine takes each line for a paragraph.
func eachLine(block []line) (list []paragraph) {
	broken := 0
	for i, l := range block {
		if i > 1 && utf8.RuneCountInString(l.text) > 40 && utf8.RuneCountInString(l.text) < 100 && !endsSentence(l.text) {
			broken++
		}
	}
	for _, l := range block {
		p := join([]line{l})
		if broken > 1 && len(list) > 1 {
			p.doubt = "there are no blank lines, so each line is taken for a paragraph: leave a blank line between paragraphs"
		}
		list = append(list, p)
	}
	return list
}

// headBlock divides a block before the copy. head is false when copy begins in
// it.
func (d Desk) headBlock(block []line, plain *int) (list []paragraph, head bool) {
	for i := 0; i < len(block); {
		l := block[i]
		end := i + 1
		switch p := join(block[i:end]); {
		case p.literal:
			for end < len(block) && !isLiteral(block[end]) && !isHeadLine(block[end]) {
				end++
			}
			list = append(list, join(block[i:end]))
		case isNote(l.text):
			for end < len(block) && !isHeadLine(block[end]) && !isLiteral(block[end]) && !isDateline(block[end].text) {
				end++
			}
			list = append(list, join(block[i:end]))
		case opensAdvisory(block[i:]) > 0:
			end = i + opensAdvisory(block[i:])
			list = append(list, join(block[i:end]))
		case isHeadLine(l):
			list = append(list, p)
		case isDateline(l.text):
			return append(list, copyBlock(block[i:])...), false
		default:
			for end < len(block) && !isHeadLine(block[end]) && !isLiteral(block[end]) && !isDateline(block[end].text) {
				end++
			}
			run := d.plainRun(block[i:end], *plain == 0)
			if *plain += len(run); *plain > 2 || *plain == 2 && isSentence(run[len(run)-1].text) {
				return append(list, copyBlock(block[i:])...), false
			}
			list = append(list, run...)
		}
		i = end
	}
	return list, true
}

// plainRun divides lines that may be a category and a headline, or a headline
// that is wrapped.
func (d Desk) plainRun(run []line, first bool) (list []paragraph) {
	if first && len(run) > 1 && (d.has(run[0].text) || len(run) == 2 && len(run[0].text) < 40) {
		list = append(list, join(run[:1]))
		run = run[1:]
	}
	return append(list, join(run))
}

// copyBlock divides a block of copy: before lines that are marked as copy or
// indented, before the credit and the like at its end, and between lines that
// are sentences and too long to have been wrapped.
func copyBlock(block []line) (list []paragraph) {
	foot := len(block)
	for foot > 1 && isFootLine(block[foot-1].text) && (endsSentence(block[foot-2].text) || isFootLine(block[foot-2].text)) {
		foot--
	}
	indents := isMixed(block[:foot])
	whole := areSentences(block[:foot], 120)
	start := 0
	for i := 1; i <= len(block); i++ {
		if i < len(block) && i < foot && !isLiteral(block[i]) && !whole && !(indents && block[i].indented) {
			continue
		}
		p := join(block[start:i])
		if i-start > 1 && areSentences(block[start:i], 0) {
			p.doubt = "lines that each end a sentence are taken for one paragraph: leave a blank line between paragraphs"
		}
		list = append(list, p)
		start = i
	}
	return list
}

// isMixed reports whether some of the lines are indented and some are not.
func isMixed(block []line) bool {
	n := 0
	for _, l := range block {
		if l.indented {
			n++
		}
	}
	return n > 0 && n < len(block)
}

// areSentences reports whether all of the lines end one, and the longest has
// more than that many characters.
func areSentences(block []line, over int) bool {
	longest := 0
	for _, l := range block {
		if !endsSentence(l.text) {
			return false
		}
		longest = max(longest, utf8.RuneCountInString(l.text))
	}
	return longest > over
}

// join makes a paragraph of lines.
func join(lines []line) paragraph {
	p := paragraph{line: lines[0].number, raw: lines[0].raw}
	var texts []string
	for _, l := range lines {
		texts = append(texts, l.text)
	}
	p.text = strings.Join(texts, " ")
	if len(lines) > 1 {
		p.raw = p.text
	}
	if rest, ok := strings.CutPrefix(p.text, literalMark); ok {
		p.text, p.raw, p.literal = clean.Line(rest), rest, true
	}
	return p
}

// literalMark before a line says that it is copy, and nothing else that it may
// look like.
const literalMark = `\`

func isLiteral(l line) bool { return strings.HasPrefix(l.text, literalMark) }

// closers may stand behind the end of a sentence.
const closers = `"'”’»›)]}*`

var gluedAgency = regexp.MustCompile(`[.!?…]["”’»)]*\p{Lu}[\p{Lu}\p{N}]{1,9}$`)

// endsSentence reports whether a text ends as a sentence does, with an
// agency's name behind it or without.
func endsSentence(s string) bool {
	end := strings.TrimRight(s, closers)
	r, _ := utf8.DecodeLastRuneInString(end)
	return strings.ContainsRune(".!?…。؟।", r) || gluedAgency.MatchString(s[max(0, len(s)-40):])
}

// isSentence reports whether a text reads as copy does, and not as a headline.
func isSentence(s string) bool {
	words := len(strings.Fields(s))
	return words >= 8 && endsSentence(s) || utf8.RuneCountInString(s) > 160
}

// isCapitals reports whether a text has letters and no small ones.
func isCapitals(s string) bool {
	return s == strings.ToUpper(s) && strings.ContainsFunc(s, unicode.IsLetter)
}

// isHeadLine reports whether a line before the copy is known by its form.
func isHeadLine(l line) bool {
	p := paragraph{text: l.text, raw: l.raw}
	field, _ := headerOf(p)
	return field != "" || guardOf(p) != "" || isFurniture(l.text) || isByline(l.text) || isBracketed(l.text) || isBelowHeadline(l.text)
}
